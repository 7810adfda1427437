import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bundle, bundleEntry, bundleFunctions } from "../../infra/bundle.ts";
import { FUNCTIONS, type FunctionName } from "../../shared/contracts/functions.ts";
import { codeBytesOf, eagerPartOf, entryOf, runFresh } from "./bundles.ts";
import { functionNamed, synth } from "./synth.ts";

const TEMPLATES = join(import.meta.dirname, "fixtures", "template-entry.ts");
const LAZY = join(import.meta.dirname, "fixtures", "lazy-entry.ts");

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "tidings-bundles-"));
});
afterAll(() => rm(directory, { recursive: true }));

describe("a bundle", () => {
  test("keeps what is imported dynamically out of the cold start, and loads it when it is used", async () => {
    const bundle = await bundleEntry(LAZY, join(directory, "lazy"));

    const said = await runFresh(`console.log(await (await import("${entryOf(bundle)}")).handler())`);

    expect(said).toBe("function");
    expect(eagerPartOf(bundle).inputs.filter((path) => path.includes("node_modules"))).toEqual([]);
  });

  test("brings the template engine along in a form that works", async () => {
    const bundle = await bundleEntry(TEMPLATES, join(directory, "templates"));

    expect(await runFresh(`console.log(await (await import("${entryOf(bundle)}")).handler())`)).toBe("<Ada> 1,234");
  });

  test("is the same each time, wherever it is written", async () => {
    const contents = async (into: string): Promise<readonly string[]> => {
      const bundle = await bundleEntry(LAZY, join(directory, into));
      const files = (await readdir(bundle.directory)).sort();
      return Promise.all(files.map(async (file) => `${file}\n${await readFile(join(bundle.directory, file), "utf8")}`));
    };

    expect(await contents("one")).toEqual(await contents("other"));
  });
});

/** Bytes that a function may load at its start, and for those that speak SMTP. */
const MOST_BYTES = 400_000;
const MOST_BYTES_OF: Readonly<Partial<Record<FunctionName, number>>> = { deliver: 650_000, connect: 650_000 };

describe("the functions", () => {
  let bundles: Readonly<Record<FunctionName, Bundle>>;
  let environments: ReadonlyMap<string, Record<string, string>>;
  beforeAll(async () => {
    bundles = await bundleFunctions(join(directory, "functions"));
    const template = synth();
    environments = new Map(
      FUNCTIONS.map((name) => {
        const variables = Object.entries(functionNamed(template, name).environment);
        const values = variables.map(([key, value]) => [key, typeof value === "string" ? value : "resolved-later"]);
        return [name, { ...Object.fromEntries(values), AWS_REGION: "eu-central-1" }];
      }),
    );
  });

  test.each(FUNCTIONS)("%s starts in a fresh process with the environment of the template", async (name) => {
    const script = `console.log(typeof (await import("${entryOf(bundles[name])}")).handler)`;

    expect(await runFresh(script, environments.get(name))).toBe("function");
  });

  test("load SendGrid's and the SOCKS client only when there is a mail to send with them", () => {
    const eager = FUNCTIONS.flatMap((name) => eagerPartOf(bundles[name]).inputs);

    expect(eager.filter((path) => /node_modules\/(@sendgrid|axios|socks)\//.test(path))).toEqual([]);
    expect(eager.length).toBeGreaterThan(100);
  });

  test("load what writes metrics only after their first work", () => {
    const isWriter = (path: string): boolean => path.includes("node_modules/@aws-lambda-powertools/metrics/");
    const writers = FUNCTIONS.filter((name) => Object.keys(bundles[name].metafile.inputs).some(isWriter));

    expect([...writers].sort()).toEqual(["deliver", "feedback", "notify", "release"]);
    expect(FUNCTIONS.flatMap((name) => eagerPartOf(bundles[name]).inputs).filter(isWriter)).toEqual([]);
  });

  test("load in a sender the clients for access tokens and alerts only when it needs one", () => {
    const isClient = (path: string): boolean => /@aws-sdk\/client-(lambda|sqs|eventbridge)\//.test(path);

    expect(Object.keys(bundles.deliver.metafile.inputs).filter(isClient)).not.toEqual([]);
    expect(eagerPartOf(bundles.deliver).inputs.filter(isClient)).toEqual([]);
  });

  test("carry the template engine in admin and deliver, and load it when there is a template", () => {
    const isEngine = (path: string): boolean => /node_modules\/(liquidjs|sanitize-html|html-to-text)\//.test(path);
    const carriers = FUNCTIONS.filter((name) => Object.keys(bundles[name].metafile.inputs).some(isEngine));

    expect([...carriers].sort()).toEqual(["admin", "deliver"]);
    expect(FUNCTIONS.flatMap((name) => eagerPartOf(bundles[name]).inputs).filter(isEngine)).toEqual([]);
  });

  test("start without axios, the X-Ray SDK, MJML, and the words of other languages that zod knows", () => {
    const unwanted = /node_modules\/(axios|aws-xray-sdk[^/]*|mjml[^/]*|zod\/.*\/locales)\//;

    expect(
      FUNCTIONS.flatMap((name) => eagerPartOf(bundles[name]).inputs.filter((path) => unwanted.test(path))),
    ).toEqual([]);
  });

  test("carry both mail libraries in deliver and connect, and in no other", () => {
    const carriers = FUNCTIONS.filter((name) => {
      const inputs = Object.keys(bundles[name].metafile.inputs).join("\n");
      return /node_modules\/@sendgrid\//.test(inputs) || /node_modules\/nodemailer\//.test(inputs);
    });

    expect([...carriers].sort()).toEqual(["connect", "deliver"]);
  });

  test.each(FUNCTIONS)("%s brings the AWS SDK along and stays small enough to start fast", (name) => {
    const { inputs, bytes } = eagerPartOf(bundles[name]);

    process.stdout.write(`${name}: ${bytes} bytes at the start, ${codeBytesOf(bundles[name])} with all it may load\n`);
    expect(inputs.join("\n")).toMatch(/node_modules\/@aws-sdk\//);
    expect(bytes).toBeLessThanOrEqual(MOST_BYTES_OF[name] ?? MOST_BYTES);
  });
});
