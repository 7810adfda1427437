import { describe, expect, test } from "vitest";
import { optionalText, positiveNumber, readEnv, text } from "../../shared/runtime/env.ts";

const VARIABLES = { table: text("TABLE"), url: optionalText("URL"), seconds: positiveNumber("SECONDS") };

describe("environment", () => {
  test("reads every variable as its type", () => {
    const env = readEnv(VARIABLES, { TABLE: "config", URL: "http://127.0.0.1", SECONDS: "0.5" });

    expect(env).toEqual({ table: "config", url: "http://127.0.0.1", seconds: 0.5 });
  });

  test("reads an empty optional text as absent", () => {
    const env = readEnv(VARIABLES, { TABLE: "config", URL: "", SECONDS: "30" });

    expect(env.url).toBeUndefined();
  });

  test("names every missing and malformed variable at once", () => {
    const read = () => readEnv(VARIABLES, { SECONDS: "soon" });

    expect(read).toThrow("Cannot start: TABLE must be set; SECONDS must be a number above 0.");
  });

  test.each(["", " ", "0", "-1", "1s", "Infinity", "NaN"])("takes %j for no number", (value) => {
    const read = () => readEnv({ seconds: positiveNumber("SECONDS") }, { SECONDS: value });

    expect(read).toThrow("SECONDS");
  });
});
