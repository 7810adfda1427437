// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how Fn::Sub writes placeholders
import { describe, expect, test } from "vitest";
import { NO_VALUE, resolve, type Scope } from "../../../local/template/intrinsics.ts";

const scope: Scope = {
  ref: (name) => (name === "AWS::NoValue" ? NO_VALUE : `ref-${name}`),
  attribute: (logicalId, name) => `${logicalId}/${name}`,
  condition: (name) => name === "Yes",
};

describe("resolve", () => {
  test.each([
    {
      title: "leaves plain values as they are",
      value: { a: [1, "x", null, true] },
      gives: { a: [1, "x", null, true] },
    },
    { title: "follows a Ref", value: { Ref: "Queue" }, gives: "ref-Queue" },
    { title: "reads an attribute given as list", value: { "Fn::GetAtt": ["Queue", "Arn"] }, gives: "Queue/Arn" },
    { title: "reads an attribute given as text", value: { "Fn::GetAtt": "Queue.Arn.Part" }, gives: "Queue/Arn.Part" },
    { title: "joins", value: { "Fn::Join": ["-", ["a", { Ref: "B" }, 3]] }, gives: "a-ref-B-3" },
    { title: "splits and selects", value: { "Fn::Select": [1, { "Fn::Split": ["/", "a/b/c"] }] }, gives: "b" },
    { title: "substitutes references and attributes", value: { "Fn::Sub": "x-${A}-${B.Arn}" }, gives: "x-ref-A-B/Arn" },
    {
      title: "substitutes given variables",
      value: { "Fn::Sub": ["${A}${V}", { V: { Ref: "W" } }] },
      gives: "ref-Aref-W",
    },
    { title: "keeps an escaped placeholder", value: { "Fn::Sub": "${!A}" }, gives: "${A}" },
    { title: "takes the first branch of a condition that holds", value: { "Fn::If": ["Yes", 1, 2] }, gives: 1 },
    { title: "takes the second branch otherwise", value: { "Fn::If": ["No", 1, { Ref: "A" }] }, gives: "ref-A" },
    { title: "compares", value: { "Fn::Equals": [{ Ref: "A" }, "ref-A"] }, gives: true },
    {
      title: "combines conditions",
      value: { "Fn::And": [{ Condition: "Yes" }, { "Fn::Not": [{ Condition: "No" }] }] },
      gives: true,
    },
    {
      title: "finds one condition that holds",
      value: { "Fn::Or": [{ Condition: "No" }, { Condition: "Yes" }] },
      gives: true,
    },
    { title: "leaves out a property without value", value: { a: 1, b: { Ref: "AWS::NoValue" } }, gives: { a: 1 } },
    {
      title: "leaves an IAM condition alone",
      value: { Condition: { Bool: { x: "y" } } },
      gives: { Condition: { Bool: { x: "y" } } },
    },
  ])("$title", ({ value, gives }) => {
    expect(resolve(value, scope)).toEqual(gives);
  });

  test.each([
    { title: "an unknown function", value: { "Fn::Cidr": [] }, says: "Fn::Cidr" },
    {
      title: "a join of something that is no text",
      value: { "Fn::Join": ["", [{}]] },
      says: "Fn::Join: text is needed",
    },
    { title: "a selection beyond the end", value: { "Fn::Select": [2, ["a"]] }, says: "there is no item 2" },
  ])("refuses $title", ({ value, says }) => {
    expect(() => resolve(value, scope)).toThrow(says);
  });
});
