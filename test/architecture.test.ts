import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const FOLDERS = ["shared", "functions", "infra", "local"];

/** A source file with what it imports: files of the project by path, packages by name. */
interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly imports: readonly string[];
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;"']*?from\s+"([^"]+)"|\bimport\(\s*"([^"]+)"|(?:^|\n)import\s+"([^"]+)"/g;

const importsOf = (path: string, text: string): string[] =>
  [...text.matchAll(IMPORT)]
    .map(([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? "")
    .map((target) => (target.startsWith(".") ? posix.join(posix.dirname(path), target) : target));

const readSource = (path: string): SourceFile => {
  const text = readFileSync(join(ROOT, path), "utf8");
  return { path, text, lines: text.trimEnd().split("\n"), imports: importsOf(path, text) };
};

const files = FOLDERS.flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => readSource(posix.join(folder, name.replaceAll("\\", "/")))),
);

/** The ports an adapter implements; everything else of the deciding code is closed to it (docs/adr). */
const PORTS = [
  "shared/flow/ports.ts",
  "shared/flow/waiting-ports.ts",
  "shared/flow/suppression-ports.ts",
  "shared/flow/feedback-ports.ts",
  "shared/flow/provider-ports.ts",
  "shared/admin/ports.ts",
  "shared/oauth/ports.ts",
];

/** What each part of the project may import besides itself, as the beginnings of paths. First fitting row. */
const MAY_IMPORT: readonly (readonly [part: string, allowed: readonly string[]])[] = [
  ["shared/domain/", []],
  ["shared/contracts/", ["shared/domain/"]],
  ["shared/templates/", ["shared/domain/"]],
  ["shared/runtime/", ["shared/domain/"]],
  ["shared/flow/", ["shared/domain/", "shared/contracts/"]],
  ["shared/admin/", ["shared/domain/", "shared/contracts/"]],
  ["shared/oauth/", ["shared/domain/", "shared/contracts/", ...PORTS]],
  ["shared/http/", ["shared/domain/", "shared/contracts/", "shared/runtime/", ...PORTS]],
  ...["providers", "store", "queue", "secrets", "bus", "tokens"].map(
    (adapter) => [`shared/${adapter}/`, ["shared/domain/", "shared/contracts/", "shared/runtime/", ...PORTS]] as const,
  ),
  ["functions/", ["shared/"]],
  ["infra/", ["shared/contracts/", "shared/domain/"]],
  ["local/", ["shared/contracts/", "shared/domain/"]],
];

/** Where packages may be used, as patterns of paths. A package without a row may be used anywhere. */
const HOMES: readonly (readonly [name: RegExp, home: RegExp])[] = [
  [/^@aws-sdk\/(client-dynamodb|lib-dynamodb)$/, /^(shared\/store\/|local\/)/],
  [/^@aws-sdk\/client-sqs$/, /^(shared\/queue\/|functions\/[a-z]+\/index\.ts$|local\/)/],
  [/^@aws-sdk\/client-secrets-manager$/, /^(shared\/secrets\/|functions\/[a-z]+\/index\.ts$|local\/)/],
  [/^@aws-sdk\/client-eventbridge$/, /^(shared\/bus\/|functions\/[a-z]+\/index\.ts$|local\/)/],
  [/^@aws-sdk\/client-lambda$/, /^(shared\/tokens\/|functions\/[a-z]+\/index\.ts$|local\/)/],
  [/^@aws-sdk\//, /^(shared\/(store|queue|secrets|bus)\/|functions\/[a-z]+\/index\.ts$|local\/)/],
  [/^(nodemailer|@sendgrid\/)/, /^shared\/providers\//],
  [/^@middy\//, /^(functions\/[a-z]+\/handler\.ts$|shared\/http\/)/],
  [/^@aws-lambda-powertools\//, /^shared\/runtime\//],
  [/^(aws-cdk-lib|constructs)(\/|$)/, /^infra\//],
  [/^(dynalite|smtp-server|postal-mime)$/, /^local\//],
  [/^(jose|oauth4webapi|socks)$/, /^(shared\/providers\/|local\/)/],
];

const isPackage = (target: string): boolean => !FOLDERS.includes(target.split("/", 1)[0] ?? "");

/** Pairs of file and forbidden import. */
const forbidden = (isWrong: (file: SourceFile, target: string) => boolean): string[] =>
  files.flatMap((file) =>
    file.imports.filter((target) => isWrong(file, target)).map((target) => `${file.path} imports ${target}`),
  );

const isAllowed = ({ path }: SourceFile, target: string): boolean => {
  const row = MAY_IMPORT.find(([part]) => path.startsWith(part));
  if (row === undefined) return false;
  const [part, allowed] = row;
  // A function is a world of its own: functions/deliver never looks into functions/notify.
  const own = part === "functions/" ? `${posix.dirname(path)}/` : part;
  return [own, ...allowed].some((beginning) => target.startsWith(beginning));
};

/** A cycle of imports through this file, as a chain of paths, or undefined. */
const findCycle = (start: string, importsByPath: ReadonlyMap<string, readonly string[]>): string[] | undefined => {
  const seen = new Set<string>();
  const walk = (path: string, chain: string[]): string[] | undefined => {
    for (const target of importsByPath.get(path) ?? []) {
      if (target === start) return [...chain, target];
      if (seen.has(target)) continue;
      seen.add(target);
      const found = walk(target, [...chain, target]);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return walk(start, [start]);
};

/** Lines that export something without a docstring above. A type may share the docstring of the list it is made of. */
const undocumented = ({ path, lines }: SourceFile): string[] =>
  lines.flatMap((line, index) => {
    if (!/^export (?:async |abstract |declare )?(?:const|function|class|interface|type)\b/.test(line)) return [];
    if (/^export type \w+ = \(typeof [A-Z_]+\)\[number\];$/.test(line)) return [];
    const above = lines.slice(0, index).findLast((earlier) => !earlier.startsWith("// biome-ignore"));
    return above?.trimEnd().endsWith("*/") ? [] : [`${path}:${index + 1} ${line}`];
  });

describe("the source", () => {
  test("is all there to be checked", () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
    expect(files.flatMap(({ imports }) => imports).length).toBeGreaterThan(files.length);
  });

  test("imports only what its part of the project may know", () => {
    expect(forbidden((file, target) => !isPackage(target) && !isAllowed(file, target))).toEqual([]);
  });

  test("uses each package only in its own place", () => {
    const isAway = ({ path }: SourceFile, target: string): boolean => {
      const row = HOMES.find(([name]) => name.test(target));
      return row !== undefined && !row[1].test(path);
    };

    expect(forbidden((file, target) => isPackage(target) && isAway(file, target))).toEqual([]);
  });

  test("has no import cycles", () => {
    const importsByPath = new Map(files.map(({ path, imports }) => [path, imports]));

    expect(files.flatMap(({ path }) => findCycle(path, importsByPath)?.join(" -> ") ?? [])).toEqual([]);
  });

  test("has no barrels", () => {
    const indexes = files.filter(({ path }) => /\/index\.ts$/.test(path) && !/^functions\/[a-z]+\//.test(path));
    const passedOn = files.filter(({ text }) => /^export\s+(?:type\s+)?(?:\*|\{[^}]*\})[^;]*\bfrom\b/m.test(text));

    expect([...indexes, ...passedOn].map(({ path }) => path)).toEqual([]);
  });

  test("has no default exports", () => {
    expect(files.filter(({ text }) => /^export default\b/m.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test("has no file of more than 250 lines", () => {
    expect(
      files.filter(({ lines }) => lines.length > 250).map(({ path, lines }) => `${path}: ${lines.length}`),
    ).toEqual([]);
  });

  test("says of everything it exports what it is for", () => {
    expect(files.flatMap(undocumented)).toEqual([]);
  });
});
