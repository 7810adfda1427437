import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findMisfit, matchesPattern, parsePattern } from "../../shared/domain/pattern.ts";
import { matchesNaively } from "./naive-pattern.ts";

const matches = (pattern: unknown, event: unknown): boolean => {
  const parsed = parsePattern(pattern);
  if ("issues" in parsed) throw new Error(`not a pattern: ${JSON.stringify(parsed.issues)}`);
  return matchesPattern(parsed.pattern, event);
};

const issuesOf = (pattern: unknown) => {
  const parsed = parsePattern(pattern);
  return "issues" in parsed ? parsed.issues : [];
};

/** The event of the EventBridge user guide, "Amazon EventBridge event patterns", with the fields its examples use. */
const EVENT = {
  version: "0",
  id: "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "111122223333",
  time: "2017-10-02T18:43:48Z",
  region: "us-west-1",
  resources: ["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"],
  detail: { "instance-id": "i-1234567890abcdef0", state: "terminated", "c-count": 5, "d-count": 3, "x-limit": 301.8 },
};

describe("the examples of the EventBridge user guide", () => {
  test.each([
    [{ source: ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"] }, true],
    [{ source: ["aws.ec2"], detail: { state: ["terminated"] } }, true],
    [{ source: ["aws.ec2"], detail: { state: ["running"] } }, false],
    [{ source: ["aws.ec2", "aws.fargate"] }, true],
    [{ resources: ["arn:aws:ec2:us-west-1:123456789012:instance/i-1234567890abcdef0"] }, true],
    [{ time: [{ prefix: "2017-10-02" }] }, true],
    [{ region: [{ prefix: "eu-" }] }, false],
    [{ source: [{ prefix: "" }] }, true],
    [{ detail: { state: [{ "anything-but": "initializing" }] } }, true],
    [{ detail: { "x-limit": [{ "anything-but": [100, 200, 300] }] } }, true],
    [
      {
        detail: {
          "c-count": [{ numeric: [">", 0, "<=", 5] }],
          "d-count": [{ numeric: ["<", 10] }],
          "x-limit": [{ numeric: ["=", 3.018e2] }],
        },
      },
      true,
    ],
    [{ detail: { "c-count": [{ exists: true }] } }, true],
    [{ detail: { "e-count": [{ exists: false }] } }, true],
    [{ detail: { $or: [{ "c-count": [{ numeric: [">", 10] }] }, { "d-count": [{ numeric: ["<", 10] }] }] } }, true],
    [{ source: ["aws.ec2"], $or: [{ region: ["eu-west-1"] }, { account: ["111122223333"] }] }, true],
    [{ source: ["aws.ec2"], $or: [{ region: ["eu-west-1"] }, { account: ["999999999999"] }] }, false],
  ])("%j gives %j", (pattern, expected) => {
    expect(matches(pattern, EVENT)).toBe(expected);
  });
});

describe("one field", () => {
  const IPV6 = "2001:db8::1";
  test.each<[alternatives: unknown[], yes: unknown[], no: unknown[]]>([
    [
      ["a", "b"],
      ["a", "b"],
      ["A", "c", "", 1, null],
    ],
    [[""], [""], [" ", null, false, 0]],
    [[null], [null], ["null", "", 0, false]],
    [[true], [true], [false, "true", 1]],
    [[3e2], [300, 300.0], ["300", 301]],
    [[9007199254740991], [9007199254740991], [9007199254740990]],
    [[{ prefix: "us-" }], ["us-", "us-east-1"], ["eu-us-", "US-east-1", 1, null]],
    [[{ prefix: { "equals-ignore-case": "EventB" } }], ["eventbridge", "EVENTB"], ["event", "xeventb"]],
    [[{ suffix: ".png" }], [".png", "a.png"], ["a.PNG", "png", 1]],
    [[{ suffix: { "equals-ignore-case": "tBridge" } }], ["EVENTBRIDGE", "tbridge"], ["bridge", "tbridges"]],
    [[{ "equals-ignore-case": "alicE" }], ["Alice", "ALICE"], ["alic", "alice ", 1]],
    [[{ "equals-ignore-case": "straße" }], ["STRAßE"], ["strase"]],
    [[{ wildcard: "dir/*.png" }], ["dir/a.png", "dir/.png", "dir/a/b.png"], ["dir/a.jpg", "xdir/a.png", 1]],
    [[{ wildcard: "*" }], ["", "x"], [1, null, true]],
    [[{ wildcard: "a\\*b\\\\*" }], ["a*b\\", "a*b\\c"], ["axb\\", "a*b"]],
    [[{ wildcard: "plain" }], ["plain"], ["plain."]],
    [[{ "anything-but": "a" }], ["b", "A", "", 1, null, true], ["a"]],
    [[{ "anything-but": ["a", "b"] }], ["c", 1], ["a", "b"]],
    [[{ "anything-but": 1 }], [2, "1", null], [1]],
    [[{ "anything-but": [1, 2.5] }], [2, "1"], [1, 2.5]],
    [[{ "anything-but": { prefix: "us-" } }], ["eu-", 1, null], ["us-", "us-east-1"]],
    [[{ "anything-but": { prefix: ["us-", "eu-"] } }], ["ap-1"], ["us-1", "eu-1"]],
    [[{ "anything-but": { suffix: ".png" } }], ["a.jpg"], ["a.png"]],
    [[{ "anything-but": { suffix: [".png", ".jpg"] } }], ["a.gif"], ["a.png", "a.jpg"]],
    [[{ "anything-but": { "equals-ignore-case": "init" } }], ["x", 1], ["INIT", "init"]],
    [[{ "anything-but": { "equals-ignore-case": ["init", "stop"] } }], ["x"], ["Init", "STOP"]],
    [[{ "anything-but": { wildcard: "*/lib/*" } }], ["/bin/x", 1], ["/usr/lib/x"]],
    [[{ "anything-but": { wildcard: ["*/lib/*", "*/bin/*"] } }], ["/etc/x"], ["/usr/lib/x", "/bin/x"]],
    [[{ numeric: ["=", 5] }], [5, 5.0], ["5", 5.000001, null]],
    [[{ numeric: ["<", 10] }], [9.999999, -5e9, -6e9], [10, "9", false]],
    [[{ numeric: ["<=", 10] }], [10, -1], [10.000001]],
    [[{ numeric: [">", 10] }], [10.5, 5e9, 1e12], [10, -11]],
    [[{ numeric: [">=", -5e9] }], [-5e9, 0], [-5000000001]],
    [[{ numeric: [">", 10, "<=", 20] }], [11, 20], [10, 21]],
    [[{ numeric: [">=", 10, "<", 20] }], [10, 19.9], [9.9, 20]],
    [[{ cidr: "10.0.0.0/24" }], ["10.0.0.0", "10.0.0.255"], ["10.0.1.0", "10.0.0", "10.0.0.256", "010.0.0.1", 10, ""]],
    [[{ cidr: "10.0.0.77/8" }], ["10.200.0.1"], ["11.0.0.1"]],
    [[{ cidr: "0.0.0.0/0" }], ["1.2.3.4", "255.255.255.255"], [IPV6, "x"]],
    [[{ cidr: "10.1.2.3/32" }], ["10.1.2.3"], ["10.1.2.4"]],
    [[{ cidr: "2001:db8::/32" }], [IPV6, "2001:0DB8:0:0:0:0:0:1"], ["2001:db9::1", "10.0.0.1", "x"]],
    [
      [{ exists: true }],
      ["", 0, false, null, ["x"], [null], [[], [1]]],
      [undefined, {}, { a: 1 }, [], [[]], [{ a: 1 }]],
    ],
    [[{ exists: false }], [undefined, {}, { a: 1 }, [], [[]], [{ a: 1 }]], ["", 0, false, null, ["x"]]],
    [
      [{ exists: false }, "x"],
      [undefined, "x", ["x"], ["y", "x"]],
      ["y", ["y"], ["y", {}]],
    ],
    [
      ["a", 1, null, { prefix: "b" }],
      ["a", 1, null, "bb"],
      ["c", 2, true, undefined],
    ],
  ])("%j", (alternatives, yes, no) => {
    const verdict = (value: unknown) => matches({ field: alternatives }, value === undefined ? {} : { field: value });

    expect(yes.filter((value) => !verdict(value))).toEqual([]);
    expect(no.filter(verdict)).toEqual([]);
  });

  test("fits an array when one element fits", () => {
    expect(matches({ field: ["a"] }, { field: ["b", "a"] })).toBe(true);
    expect(matches({ field: [{ "anything-but": "a" }] }, { field: ["a", "b"] })).toBe(true);
    expect(matches({ field: [{ "anything-but": "a" }] }, { field: ["a", "a"] })).toBe(false);
    expect(matches({ field: ["a"] }, { field: [["b", ["a"]]] })).toBe(true);
  });

  test("is looked up among the event's own fields only", () => {
    const own = JSON.parse('{"__proto__": ["x"]}');

    expect(matches({ constructor: [{ exists: false }], toString: [{ exists: false }] }, {})).toBe(true);
    expect(matches(own, {})).toBe(false);
    expect(matches(own, JSON.parse('{"__proto__": "x"}'))).toBe(true);
  });

  test("may have dots in its name, which are no path", () => {
    expect(matches({ "a.b": ["x"] }, { "a.b": "x" })).toBe(true);
    expect(matches({ "a.b": ["x"] }, { a: { b: "x" } })).toBe(false);
  });
});

describe("objects in arrays", () => {
  const employees = [
    { firstName: "John", lastName: "Doe" },
    { firstName: "Anna", lastName: "Smith" },
    { firstName: "Peter", lastName: "Jones", boss: true },
  ];

  test.each([
    ["one field of one element", { firstName: ["Anna"] }, true],
    ["two fields of the same element", { firstName: ["Anna"], lastName: ["Smith"] }, true],
    ["two fields of different elements", { firstName: ["Anna"], lastName: ["Jones"] }, false],
    ["a field that the fitting element does not have", { firstName: ["Anna"], boss: [{ exists: false }] }, true],
    ["a field that the fitting element has", { firstName: ["Peter"], boss: [{ exists: false }] }, false],
    ["a field that some element has", { boss: [{ exists: false }] }, false],
    ["a field that no element has", { salary: [{ exists: false }] }, true],
    ["an $or within one element", { firstName: ["Anna"], $or: [{ lastName: ["Jones"] }, { boss: [true] }] }, false],
  ])("%s", (_, pattern, expected) => {
    expect(matches({ employees: pattern }, { employees })).toBe(expected);
    expect(matches({ employees: pattern }, { employees: [employees.slice(0, 2), [employees.slice(2)]] })).toBe(
      expected,
    );
  });
});

test("a value found in one element outweighs absence elsewhere in it and a misfit in another", () => {
  const pattern = { teams: { members: { name: ["Anna", { exists: false }] } } };

  expect(matches(pattern, { teams: [{ members: [{ name: "Anna" }, {}] }, { members: [{ name: "Bob" }] }] })).toBe(true);
  expect(matches(pattern, { teams: [{ members: [{}] }, { members: [{ name: "Bob" }] }] })).toBe(false);
});

describe("$or", () => {
  test("takes an absent field as a choice", () => {
    const choices = { $or: [{ a: [{ exists: false }] }, { b: ["x"] }] };

    expect([{ c: 1 }, { a: 1 }, { a: 1, b: "x" }].map((event) => matches(choices, event))).toEqual([true, false, true]);
  });

  const pattern = {
    source: ["aws.cloudwatch"],
    $or: [
      { metricName: ["CPUUtilization", "ReadLatency"] },
      { metricType: ["MetricType"], namespace: ["AWS/EC2"], $or: [{ metricId: [1234] }, { spaceId: [1000] }] },
      { detail: { scope: [{ exists: false }] }, strict: [true] },
    ],
  };

  test.each([
    ["the first choice", { metricName: "ReadLatency" }, true],
    ["the whole second choice", { metricType: "MetricType", namespace: "AWS/EC2", spaceId: 1000 }, true],
    ["half of the second choice", { metricType: "MetricType", spaceId: 1000 }, false],
    ["the second choice without its inner $or", { metricType: "MetricType", namespace: "AWS/EC2" }, false],
    ["the third choice", { strict: true }, true],
    ["none", { strict: false }, false],
  ])("%s", (_, fields, expected) => {
    expect(matches(pattern, { source: "aws.cloudwatch", ...fields })).toBe(expected);
    expect(matches(pattern, { source: "other", ...fields })).toBe(false);
  });
});

describe("a wrong pattern is refused with the place and what would be right", () => {
  const nested = (depth: number): unknown => (depth === 0 ? ["x"] : { a: nested(depth - 1) });
  test.each<[path: string, message: RegExp, pattern: unknown]>([
    ["", /object/, undefined],
    ["", /object/, null],
    ["", /object/, "x"],
    ["", /object/, []],
    ["", /at least one field/, {}],
    ["a", /at least one field/, { a: {} }],
    ["a", /array of values/, { a: "x" }],
    ["a", /array of values/, { a: null }],
    ["a.prefix", /array of values/, { a: { prefix: "x" } }],
    ["a", /at least one value/, { a: [] }],
    ["a[0]", /string, number/, { a: [["x"]] }],
    ["a[1]", /one operator/, { a: ["x", {}] }],
    ["a[0]", /one operator/, { a: [{ prefix: "x", suffix: "y" }] }],
    ["a[0]", /prefix, suffix/, { a: [{ regex: "x" }] }],
    ["a[0]", /prefix, suffix/, { a: [JSON.parse('{"__proto__": "x"}')] }],
    ["a[0]", /prefix, suffix/, { a: [{ constructor: "x" }] }],
    ["a[0]", /string, number/, { a: [Number.NaN] }],
    ["a[0].exists", /true or false/, { a: [{ exists: "true" }] }],
    ["a[0].prefix", /string/, { a: [{ prefix: 1 }] }],
    ["a[0].prefix", /string/, { a: [{ prefix: ["x"] }] }],
    ["a[0].suffix", /equals-ignore-case/, { a: [{ suffix: { prefix: "x" } }] }],
    ["a[0].equals-ignore-case", /string/, { a: [{ "equals-ignore-case": ["x"] }] }],
    ["a[0].wildcard", /two "\*" in a row/, { a: [{ wildcard: "a**b" }] }],
    ["a[0].wildcard", /after every/, { a: [{ wildcard: "a\\b" }] }],
    ["a[0].wildcard", /after every/, { a: [{ wildcard: "a\\" }] }],
    ["a[0].wildcard", /string/, { a: [{ wildcard: null }] }],
    ["a[0].anything-but", /string, a number/, { a: [{ "anything-but": null }] }],
    ["a[0].anything-but", /string, a number/, { a: [{ "anything-but": true }] }],
    ["a[0].anything-but", /string, a number/, { a: [{ "anything-but": [] }] }],
    ["a[0].anything-but", /string, a number/, { a: [{ "anything-but": ["x", 1] }] }],
    ["a[0].anything-but", /prefix, suffix/, { a: [{ "anything-but": { numeric: ["=", 1] } }] }],
    ["a[0].anything-but", /one of prefix/, { a: [{ "anything-but": { prefix: "x", suffix: "y" } }] }],
    ["a[0].anything-but", /not empty/, { a: [{ "anything-but": { prefix: "" } }] }],
    ["a[0].anything-but", /not empty/, { a: [{ "anything-but": { suffix: ["x", 1] } }] }],
    ["a[0].anything-but", /two "\*"/, { a: [{ "anything-but": { wildcard: ["x", "**"] } }] }],
    ["a[0].numeric", /comparison or a range/, { a: [{ numeric: [] }] }],
    ["a[0].numeric", /comparison or a range/, { a: [{ numeric: 5 }] }],
    ["a[0].numeric", /comparison or a range/, { a: [{ numeric: ["!=", 5] }] }],
    ["a[0].numeric", /comparison or a range/, { a: [{ numeric: ["<", 5, ">", 1] }] }],
    ["a[0].numeric", /comparison or a range/, { a: [{ numeric: ["=", 5, "<", 1] }] }],
    ["a[0].numeric", /numbers from/, { a: [{ numeric: [">"] }] }],
    ["a[0].numeric", /numbers from/, { a: [{ numeric: [">", "5"] }] }],
    ["a[0].numeric", /-5e9 to 5e9/, { a: [{ numeric: [">", 5000000001] }] }],
    ["a[0].numeric", /below/, { a: [{ numeric: [">", 1, "<", 1] }] }],
    ["a[0].numeric", /below/, { a: [{ numeric: [">=", 0, "<=", -1] }] }],
    ["a[0].numeric", /comparison or a range/, { a: [{ numeric: [">", 1, "<", 5, "<", 9] }] }],
    ["a[0].numeric", /comparison or a range/, { a: [{ numeric: [[">"], 1] }] }],
    ["a[0].cidr", /network/, { a: [{ cidr: "10.0.0.0" }] }],
    ["a[0].cidr", /network/, { a: [{ cidr: "10.0.0.0/33" }] }],
    ["a[0].cidr", /network/, { a: [{ cidr: "::/129" }] }],
    ["a[0].cidr", /network/, { a: [{ cidr: "10.0.0/8" }] }],
    ["a[0].cidr", /network/, { a: [{ cidr: "fe80::1%lo/8" }] }],
    ["a[0].cidr", /network/, { a: [{ cidr: 10 }] }],
    ["$or", /at least two/, { $or: [{ a: ["x"] }] }],
    ["$or", /at least two/, { $or: { a: ["x"] } }],
    ["a.$or[1]", /object/, { a: { $or: [{ b: ["x"] }, "y"] } }],
    ["$or[1]", /at least one field/, { $or: [{ b: ["x"] }, {}] }],
    ["$or[0]", /before the operator "prefix"/, { $or: [{ prefix: ["x"] }, { b: ["x"] }] }],
    ["a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a", /20 objects/, nested(21)],
    ["", /4096 characters/, { a: ["x".repeat(4096)] }],
  ])("at %j with %s: case %#", (path, message, pattern) => {
    expect(issuesOf(pattern)).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  test("and every mistake is named", () => {
    const issues = issuesOf({ a: "x", b: [{ prefix: 1 }, { exists: 0 }], $or: [{}, {}] });

    expect(issues.map((issue) => issue.path)).toEqual(["a", "b[0].prefix", "b[1].exists", "$or[0]", "$or[1]"]);
  });

  test("and so is one nested too deep to be walked", () => {
    const deep = JSON.parse(`{"a": ${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    const deeper = JSON.parse(`${'{"a":'.repeat(100_000)}[1]${"}".repeat(100_000)}`);

    expect(issuesOf(deep)).toEqual([{ path: "a[0]", message: expect.stringMatching(/string, number/) }]);
    expect(issuesOf(deeper)).toEqual([{ path: expect.any(String), message: expect.stringMatching(/20 objects/) }]);
  });

  test("and twenty objects within each other are fine", () => {
    expect(issuesOf(nested(20))).toEqual([]);
  });
});

describe("a hostile event", () => {
  test("with arrays nested very deep is answered", () => {
    const deep = JSON.parse(`{"a": ${"[".repeat(100_000)}"x"${"]".repeat(100_000)}}`);

    expect(matches({ a: ["x"] }, deep)).toBe(true);
    expect(matches({ a: { b: ["x"] } }, deep)).toBe(false);
  });

  test("with very many elements is answered", () => {
    const wide = { a: Array.from({ length: 200_000 }, () => 1) };

    expect(matches({ a: [2] }, wide)).toBe(false);
    expect(matches({ a: [{ wildcard: `*${"a*".repeat(1_000)}b` }] }, { a: "a".repeat(200_000) })).toBe(false);
  });

  test.each([undefined, null, 1, "x", [], [[]]].map((event) => [event]))(
    "that is %j and no object fits only what asks for absence",
    (event) => {
      expect(matches({ a: ["x"] }, event)).toBe(false);
      expect(matches({ a: [{ exists: false }] }, event)).toBe(true);
    },
  );
});

describe("compared with a second, naive implementation", () => {
  // Few words and names, and absence often asked for, so that about every fourth pattern fits.
  const word = fc.constantFrom("", "a", "A", "ab", "*", "10.0.0.1", "10.1.0.1");
  const text = fc.constantFrom("a", "b", "A", "ab", "10.0.0.1");
  const number = fc.integer({ min: -1, max: 2 });
  const name = fc.constantFrom("a", "b", "c");
  const scalar = fc.oneof(word, number, fc.boolean(), fc.constant(null));
  const oneOrMore = <T>(value: fc.Arbitrary<T>) => fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 }));
  const operator = fc.oneof(
    fc.record({ prefix: fc.oneof(word, fc.record({ "equals-ignore-case": word })) }),
    fc.record({ suffix: fc.oneof(word, fc.record({ "equals-ignore-case": word })) }),
    fc.record({ "equals-ignore-case": word }),
    fc.record({ wildcard: fc.constantFrom("*", "a*", "*b", "*a*b*", "\\*", "10.*.1") }),
    fc.record({ "anything-but": fc.oneof(oneOrMore(text), oneOrMore(number)) }),
    fc.record({
      "anything-but": fc.oneof(
        fc.record({ prefix: oneOrMore(text) }),
        fc.record({ suffix: oneOrMore(text) }),
        fc.record({ "equals-ignore-case": oneOrMore(text) }),
        fc.record({ wildcard: oneOrMore(fc.constantFrom("a*", "*b")) }),
      ),
    }),
    fc.record({ numeric: fc.tuple(fc.constantFrom("<", "<=", "=", ">=", ">"), number) }),
    fc.record({ numeric: fc.tuple(fc.constantFrom(">", ">="), number, fc.constantFrom("<", "<="), fc.constant(3)) }),
    fc.record({ cidr: fc.constantFrom("10.0.0.0/8", "10.0.0.0/16", "0.0.0.0/0") }),
    fc.record({ exists: fc.boolean() }),
  );
  const alternatives = fc.array(fc.oneof(scalar, operator, fc.constant({ exists: false })), {
    minLength: 1,
    maxLength: 4,
  });
  const fieldsOf = <T>(value: fc.Arbitrary<T>) =>
    fc.dictionary(name, value, { minKeys: 1, maxKeys: 2, noNullPrototype: true });

  const { plain } = fc.letrec<{ plain: object; field: object }>((tie) => ({
    plain: fieldsOf(tie("field")),
    field: fc.oneof({ maxDepth: 3 }, alternatives, tie("plain")),
  }));
  const withOr = (depth: number): fc.Arbitrary<object> => {
    if (depth === 0) return fieldsOf(alternatives);
    const inner = withOr(depth - 1);
    const $or = fc.array(inner, { minLength: 2, maxLength: 3 });
    return fc.tuple(fieldsOf(fc.oneof(alternatives, inner)), fc.option($or)).map(([fields, choices]) => ({
      ...fields,
      ...(choices === null ? {} : { $or: choices }),
    }));
  };
  const { event } = fc.letrec<{ event: object; value: unknown }>((tie) => ({
    event: fieldsOf(tie("value")),
    value: fc.oneof({ maxDepth: 4 }, scalar, fc.array(tie("value"), { maxLength: 3 }), tie("event")),
  }));
  const { tree } = fc.letrec<{ tree: object; value: unknown }>((tie) => ({
    tree: fieldsOf(tie("value")),
    value: fc.oneof({ maxDepth: 3 }, scalar, tie("tree")),
  }));
  const copy = (value: unknown) => JSON.parse(JSON.stringify(value));

  test("patterns without $or mean the same on events with arrays", () => {
    fc.assert(
      fc.property(plain, event, (pattern, subject) => {
        expect(matches(pattern, subject)).toBe(matchesNaively(copy(pattern), copy(subject)));
      }),
      { numRuns: 3000 },
    );
  });

  test("patterns with $or mean the same on events without arrays", () => {
    fc.assert(
      fc.property(withOr(2), tree, (pattern, subject) => {
        expect(matches(pattern, subject)).toBe(matchesNaively(copy(pattern), copy(subject)));
      }),
      { numRuns: 3000 },
    );
  });

  test("any JSON at all is either a pattern or has issues", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (input, subject) => {
        const parsed = parsePattern(input);

        if ("issues" in parsed) expect(parsed.issues.length).toBeGreaterThan(0);
        else expect(typeof matchesPattern(parsed.pattern, subject)).toBe("boolean");
      }),
    );
  });
});

describe("what does not fit", () => {
  test.each([
    [{ data: { team: ["pay"], tier: ["gold"] } }, { data: { team: "pay", tier: "tin" } }, "data.tier"],
    [{ data: { team: ["pay"] } }, { branch: "main" }, "data.team"],
    [{ data: { $or: [{ a: [1] }, { b: [2] }] } }, { data: { a: 2 } }, "data.$or"],
    [{ data: { jobs: { name: ["lint"] } } }, { data: { jobs: [{ name: "test" }, { name: "build" }] } }, "data.jobs"],
    [{ data: { tags: ["a"] } }, { data: { tags: ["b", "c"] } }, "data.tags"],
    [{ data: { team: ["pay"] } }, { data: { team: "pay" } }, ""],
  ])("%j of %j is at %j", (pattern, event, path) => {
    const parsed = parsePattern(pattern);

    expect("pattern" in parsed && findMisfit(parsed.pattern, event)).toBe(path);
  });
});
