import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isSignedBySendGrid, parseVerificationKey } from "../../shared/contracts/sendgrid-signature.ts";
import { createSendGridAccount } from "../fakes/sendgrid-events.ts";

const account = createSendGridAccount();
const BODY = '[{"event":"delivered"}]\r\n';

const requestWith = (body: string, timestamp = "1795608000") => {
  const headers = account.signed(body, timestamp);
  return { signature: headers["x-twilio-email-event-webhook-signature"] ?? "", timestamp, body: Buffer.from(body) };
};

describe("SendGrid's signature", () => {
  test("holds for the very bytes that were signed, whatever they are", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (body) => {
        expect(isSignedBySendGrid(account.verificationKey, requestWith(body))).toBe(true);
      }),
    );
  });

  test("holds for nothing that differs in one byte of body, timestamp or signature", () => {
    const signed = requestWith(BODY);
    const flip = (bytes: Buffer, at: number): Buffer => {
      const copy = Buffer.from(bytes);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    const signature = Buffer.from(signed.signature, "base64");
    const spoiled = [
      ...[...signed.body.keys()].map((at) => ({ ...signed, body: flip(signed.body, at) })),
      ...[...signature.keys()].map((at) => ({ ...signed, signature: flip(signature, at).toString("base64") })),
      { ...signed, timestamp: "1795608001" },
      { ...signed, timestamp: "" },
      { ...signed, signature: "" },
      // Moved from one part to the next.
      { ...signed, timestamp: "1795608000[", body: signed.body.subarray(1) },
    ];

    expect(spoiled.filter((request) => isSignedBySendGrid(account.verificationKey, request))).toEqual([]);
    expect(spoiled.length).toBeGreaterThan(80);
  });

  test("is understood as SendGrid makes it: its library's own example holds, with the line end after the list", () => {
    // Source: github.com/sendgrid/sendgrid-nodejs, packages/eventwebhook, the test vector of its specification.
    const key =
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
    const signature =
      "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=";
    const event = {
      email: "hello@world.com",
      event: "dropped",
      reason: "Bounced Address",
      sg_event_id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
      sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
      "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
      timestamp: 1600112492,
    };
    const request = (body: string) => ({ signature, timestamp: "1600112502", body: Buffer.from(body) });

    expect(isSignedBySendGrid(key, request(`${JSON.stringify([event])}\r\n`))).toBe(true);
    expect(isSignedBySendGrid(key, request(JSON.stringify([event])))).toBe(false);
  });

  test("holds for none of ten thousand mutations of body, timestamp and signature (G14)", () => {
    const signed = requestWith(BODY);
    const mutations = fc.record({
      part: fc.constantFrom("body", "timestamp", "signature"),
      at: fc.nat(),
      by: fc.integer({ min: 1, max: 255 }),
      cut: fc.boolean(),
    });
    const mutate = (bytes: Buffer, at: number, by: number, cut: boolean): Buffer => {
      const copy = Buffer.from(bytes);
      const place = at % copy.length;
      copy[place] = (copy[place] ?? 0) ^ by;
      return cut ? copy.subarray(0, place) : copy;
    };
    fc.assert(
      fc.property(mutations, ({ part, at, by, cut }) => {
        const { body, timestamp, signature } = signed;
        const request = {
          body: part === "body" ? mutate(body, at, by, cut) : body,
          timestamp: part === "timestamp" ? mutate(Buffer.from(timestamp), at, by, cut).toString("latin1") : timestamp,
          signature:
            part === "signature" ? mutate(Buffer.from(signature, "base64"), at, by, cut).toString("base64") : signature,
        };

        return !isSignedBySendGrid(account.verificationKey, request);
      }),
      { numRuns: 10_000 },
    );
  });

  test("is not taken from another account, nor for something that is no signature at all", () => {
    const others = createSendGridAccount().verificationKey;

    expect(isSignedBySendGrid(others, requestWith(BODY))).toBe(false);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.base64String(), fc.string(), (body, signature, timestamp) => {
        const request = { signature, timestamp, body: Buffer.from(body) };
        expect(isSignedBySendGrid(account.verificationKey, request)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("a verification key", () => {
  test("is kept in one spelling, however it was pasted", () => {
    const key = account.verificationKey;
    const lines = key.match(/.{1,64}/g)?.join("\n");

    expect(parseVerificationKey(key)).toBe(key);
    expect(parseVerificationKey(`  ${key}\n`)).toBe(key);
    expect(parseVerificationKey(`-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`)).toBe(key);
  });

  test("is nothing else: no text, no private key, no key of another kind or curve", () => {
    const der = { format: "der", type: "spki" } as const;
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey.export(der);
    const p384 = generateKeyPairSync("ec", { namedCurve: "secp384r1" }).publicKey.export(der);
    const secret = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey;
    const others = ["", "SG.abc.def", rsa.toString("base64"), p384.toString("base64")];
    const secrets = [
      secret.export({ format: "der", type: "pkcs8" }).toString("base64"),
      secret.export({ format: "pem", type: "pkcs8" }).toString(),
    ];

    expect([...others, ...secrets].map(parseVerificationKey).filter((key) => key !== undefined)).toEqual([]);
  });
});
