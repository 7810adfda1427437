import { describe, expect, test } from "vitest";
import { mailSettingsBody } from "../../shared/contracts/bodies/mail-settings.ts";
import { parseBody } from "../../shared/contracts/parse-body.ts";
import { SEED_EXAMPLES } from "../fakes/seed-examples.ts";

/** Switches of other systems, which are translated and not kept. */
const SWITCHES = ["useSSL", "startTLS", "enableTls", "secure", "protocol"];

describe("the example of another system's document", () => {
  test.each(SEED_EXAMPLES)("becomes the connection it means: $title", ({ body, expected }) => {
    const settings = parseBody(mailSettingsBody, body);

    expect(settings.from).toEqual(expected.from);
    expect(settings.replyTo).toEqual(expected.replyTo);
    expect(settings.provider).toMatchObject(expected.provider);
    expect(Object.keys(settings.provider).filter((field) => SWITCHES.includes(field))).toEqual([]);
  });

  test.each(SEED_EXAMPLES)("stays as it is when it is read and put again: $title", ({ body }) => {
    const settings = parseBody(mailSettingsBody, body);

    const again = parseBody(mailSettingsBody, JSON.parse(JSON.stringify(settings)));

    expect(again).toEqual(settings);
  });

  test("is there for each of the five systems", () => {
    const systems = new Set(SEED_EXAMPLES.map(({ title }) => title.split(",")[0]));

    expect([...systems].toSorted()).toEqual(["Aqueduct", "CodeStream", "Harness", "PingOne", "ThingsBoard"]);
  });
});
