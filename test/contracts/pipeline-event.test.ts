import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BusEvent, MAX_DETAIL_BYTES, PIPELINE_EVENT } from "../../shared/contracts/bus.ts";
import { identifyEvent, parsePipelineEvent, readPipelineEvent } from "../../shared/contracts/pipeline-event.ts";
import type { PipelineEvent } from "../../shared/domain/event.ts";

const LEAST = { scope: "acme.eng", type: "PipelineFailed" };

const EVERYTHING = {
  id: "build-512-failed",
  scope: "acme.eng",
  type: "PipelineFailed",
  severity: "warning",
  pipeline: { id: "build-api", name: "Build API", url: "https://ci.acme.example/build-api" },
  run: { id: "512", number: 512, url: "https://ci.acme.example/build-api/512" },
  stage: { id: "deploy", name: "Deploy", url: "https://ci.acme.example/build-api/512/deploy" },
  step: { id: "helm", name: "Helm upgrade", url: "https://ci.acme.example/build-api/512/helm" },
  message: "exit code 1",
  startedAt: "2026-11-20T11:50:00Z",
  endedAt: "2026-11-20T11:59:00Z",
  triggeredBy: { name: "Ada", email: "ada@acme.example" },
  branch: "main",
  commit: "3f2a9c1e",
  data: { change: "CHG-1", replicas: 3, nothing: null, nested: { deep: [1, { more: null }] } },
};

const busEventWith = (detail: unknown): BusEvent => ({
  id: "bus-1",
  source: "acme.ci",
  detailType: PIPELINE_EVENT,
  time: "2026-11-20T11:59:58Z",
  detail,
});

const parse = (detail: unknown) => parsePipelineEvent(busEventWith(detail));

const eventIn = (detail: unknown): PipelineEvent => {
  const parsed = parse(detail);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.event;
};

/** What is wrong with a detail, as `path message`. */
const issuesOf = (detail: unknown): string[] => {
  const parsed = parse(detail);
  return parsed.ok ? [] : parsed.issues.map(({ path, message }) => `${path} ${message}`);
};

describe("a pipeline event", () => {
  test("keeps every field its publisher gave", () => {
    expect(eventIn(EVERYTHING)).toEqual({ ...EVERYTHING, time: "2026-11-20T11:59:58Z" });
  });

  test("has the bus's id and the default severity of its type when it states none", () => {
    expect(eventIn(LEAST)).toEqual({ ...LEAST, id: "bus-1", severity: "error", time: "2026-11-20T11:59:58Z" });
    expect(eventIn({ ...LEAST, type: "CanaryGreen" }).severity).toBe("info");
  });

  test("reads null as absent everywhere but in data", () => {
    const nulls = Object.fromEntries(Object.keys(EVERYTHING).map((field) => [field, null]));

    expect(eventIn({ ...nulls, ...LEAST })).toEqual(eventIn(LEAST));
    expect(eventIn({ ...LEAST, run: { id: "1", number: null, url: null } }).run).toEqual({ id: "1" });
    expect(eventIn({ ...LEAST, data: { nothing: null } }).data).toEqual({ nothing: null });
  });

  test("has the same ids whether they came as numbers or as texts", () => {
    const numeric = eventIn({ ...LEAST, pipeline: { id: 7 }, run: { id: 512, number: "512" }, stage: { id: 0 } });

    expect(numeric.pipeline?.id).toBe("7");
    expect(numeric.run).toEqual({ id: "512", number: 512 });
    expect(numeric.stage?.id).toBe("0");
  });

  test("has no halves of characters in what is told of it", () => {
    const half = "a\ud83d";

    const event = eventIn({ ...LEAST, pipeline: { id: half, name: half }, branch: half, message: half });

    expect(event).toMatchObject({
      pipeline: { id: "a\ufffd", name: "a\ufffd" },
      branch: "a\ufffd",
      message: "a\ufffd",
    });
  });

  test("passes over fields it does not know", () => {
    const detail = { ...LEAST, colour: "red", run: { id: "1", attempt: 2 }, constructor: { prototype: 1 } };

    expect(eventIn(detail)).toEqual({ ...eventIn(LEAST), run: { id: "1" } });
  });

  test("may be as big as a detail may be, and no bigger", () => {
    const room = MAX_DETAIL_BYTES - Buffer.byteLength(JSON.stringify({ ...LEAST, message: "" }));

    expect(parse({ ...LEAST, message: "x".repeat(room) }).ok).toBe(true);
    expect(issuesOf({ ...LEAST, message: "x".repeat(room + 1) })).toEqual([
      ` must be at most ${MAX_DETAIL_BYTES} bytes of JSON, but is ${MAX_DETAIL_BYTES + 1}`,
    ]);
    expect(parse({ ...LEAST, message: "ü".repeat(room / 2 + 1) }).ok).toBe(false);
  });

  test("is refused when it is nested deeper than anybody can walk", () => {
    const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`);

    expect(parse({ ...LEAST, data: { value: nested(90) } }).ok).toBe(true);
    expect(issuesOf({ ...LEAST, data: { value: nested(100_000) } })).toEqual([
      " must be nested at most 100 levels deep",
    ]);
  });

  test.each<[string, unknown, string]>([
    ["nothing at all", undefined, " is required and must be an object"],
    ["null", null, " must be an object"],
    ["a list", [], " must be an object"],
    ["a text", "PipelineFailed", " must be an object"],
    ["no scope", { type: "PipelineFailed" }, "scope is required and must be a text"],
    ["a scope in capitals", { ...LEAST, scope: "Acme" }, "scope must be 1 to 4 segments"],
    ["a reserved scope", { ...LEAST, scope: "aws.ci" }, 'scope must not begin with the reserved name "aws"'],
    ["no type", { scope: "acme" }, "type is required and must be a text"],
    ["a type in small letters", { ...LEAST, type: "failed" }, 'type must be a name such as "PipelineFailed"'],
    ["a type with blanks", { ...LEAST, type: "Pipeline Failed" }, "type must be a name"],
    ["a type of one letter", { ...LEAST, type: "P" }, "type must be a name"],
    ["a severity of its own", { ...LEAST, severity: "fatal" }, 'severity must be "info" or "success"'],
    ["an empty id", { ...LEAST, id: "" }, "id must be 1 to 128 visible ASCII characters"],
    ["an id with blanks", { ...LEAST, id: "a b" }, "id must be 1 to 128 visible ASCII characters"],
    ["an id that is too long", { ...LEAST, id: "x".repeat(129) }, "id must be 1 to 128 visible ASCII characters"],
    ["an id that is a number", { ...LEAST, id: 7 }, "id must be a text"],
    ["a pipeline that is a text", { ...LEAST, pipeline: "build" }, "pipeline must be an object"],
    ["a pipeline without id", { ...LEAST, pipeline: { name: "Build" } }, "pipeline.id"],
    ["a pipeline id that is an object", { ...LEAST, pipeline: { id: {} } }, "pipeline.id must be"],
    ["a pipeline name that is a number", { ...LEAST, pipeline: { id: "b", name: 1 } }, "pipeline.name must be a text"],
    ["a URL that is too long", { ...LEAST, run: { id: "1", url: "x".repeat(4097) } }, "run.url must have at most 4096"],
    ["a run number that is a word", { ...LEAST, run: { id: "1", number: "many" } }, "run.number must be"],
    ["a run number that is empty", { ...LEAST, run: { id: "1", number: "" } }, "run.number must be"],
    ["a run number that is a list", { ...LEAST, run: { id: "1", number: [5] } }, "run.number must be"],
    ["a stage without id", { ...LEAST, stage: {} }, "stage.id"],
    ["a step without id", { ...LEAST, step: { name: "x" } }, "step.id"],
    ["a message that is a list", { ...LEAST, message: ["a"] }, "message must be a text"],
    ["a start that is a number", { ...LEAST, startedAt: 1_700_000_000 }, "startedAt must be a text"],
    ["an end that is a number", { ...LEAST, endedAt: 1_700_000_000 }, "endedAt must be a text"],
    ["a person that is a text", { ...LEAST, triggeredBy: "Ada" }, "triggeredBy must be an object"],
    ["a person's address that is a list", { ...LEAST, triggeredBy: { email: [] } }, "triggeredBy.email must be a text"],
    ["a branch that is a number", { ...LEAST, branch: 5 }, "branch must be a text"],
    ["a commit that is a number", { ...LEAST, commit: 5 }, "commit must be a text"],
    ["data that is a list", { ...LEAST, data: [] }, "data must be"],
  ])("names what is wrong with %s", (_, detail, words) => {
    const issues = issuesOf(detail);

    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(words);
  });

  test("names everything that is wrong at once", () => {
    expect(issuesOf({ scope: 1, type: 2, run: {} })).toHaveLength(3);
  });
});

/** Any JSON, also the kinds that trip up code: `{"valueOf": 1}` cannot become a number. */
const hostile = fc.oneof(
  fc.jsonValue(),
  fc.constant({ valueOf: 1, toString: 2 }),
  fc.constant(JSON.parse('{"__proto__": {"polluted": true}}') as unknown),
);

const anyDetail = fc.oneof(
  hostile,
  fc.dictionary(fc.constantFrom(...Object.keys(EVERYTHING), "x"), hostile).map((given) => ({ ...LEAST, ...given })),
  fc.record({ id: hostile, run: fc.record({ id: hostile, number: hostile }) }).map((given) => ({ ...LEAST, ...given })),
);

describe("reading a pipeline event", () => {
  test("never throws, and says where whenever it refuses", () => {
    fc.assert(
      fc.property(anyDetail, (detail) => {
        const parsed = parse(detail);

        if (!parsed.ok) expect(parsed.issues.length).toBeGreaterThan(0);
        expect(identifyEvent(busEventWith(detail)).id).toMatch(/^[\x21-\x7e]{1,128}$/);
      }),
      { numRuns: 1000 },
    );
  });

  test("loses nothing on the way through our own queues and tables", () => {
    fc.assert(
      fc.property(anyDetail, (detail) => {
        const parsed = parse(detail);
        fc.pre(parsed.ok);

        expect(readPipelineEvent(JSON.parse(JSON.stringify(parsed.event)))).toEqual(parsed.event);
      }),
    );
  });

  test("gives undefined for what none of our functions wrote", () => {
    expect(readPipelineEvent(undefined)).toBeUndefined();
    expect(readPipelineEvent({ ...EVERYTHING })).toBeUndefined();
    expect(readPipelineEvent({ ...EVERYTHING, time: "t", scope: "aws" })).toBeUndefined();
  });
});

describe("what can be told of an unreadable event", () => {
  test("is what of it is readable", () => {
    expect(identifyEvent(busEventWith({ id: "e1", scope: "acme.eng", type: "Odd", run: 5 }))).toEqual({
      id: "e1",
      scope: "acme.eng",
      type: "Odd",
    });
  });

  test.each([undefined, null, [], "text", { id: "a b", scope: "A", type: "no" }, { id: 1, scope: 2, type: 3 }])(
    "is only the bus's id for %j",
    (detail) => {
      expect(identifyEvent(busEventWith(detail))).toEqual({ id: "bus-1", scope: undefined, type: null });
    },
  );
});
