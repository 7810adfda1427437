import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
  readonly packages: Readonly<Record<string, LockedPackage>>;
};

describe("the lock file", () => {
  test("names no host that packages came from", () => {
    const hosts = Object.entries(packages).filter(([, { resolved }]) => resolved?.includes("://"));

    expect(hosts).toEqual([]);
  });

  // A registry that lacks one makes `npm install` drop it silently, and then `npm ci` refuses the file everywhere.
  test("holds every optional package, so that other platforms can install too", () => {
    const wanted = Object.values(packages).flatMap((locked) => Object.keys(locked.optionalDependencies ?? {}));

    const missing = wanted.filter(
      (name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)),
    );

    expect(wanted.length).toBeGreaterThan(10);
    expect(missing).toEqual([]);
  });
});
