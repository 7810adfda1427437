import fc from "fast-check";
import PostalMime from "postal-mime";
import { describe, expect, test } from "vitest";
import { buildMime } from "../../shared/providers/mime.ts";
import { address, aMail } from "./outgoing-mail.ts";

/** Headers of a mail with everything in it, and of no mail more. */
const HEADERS = [
  "auto-submitted",
  "content-type",
  "date",
  "from",
  "in-reply-to",
  "message-id",
  "mime-version",
  "references",
  "reply-to",
  "subject",
  "to",
  "x-tidings-delivery",
];

/** Text as nobody should send it: any character, and the pieces that break headers, addresses and encoded words. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constantFrom(
        "\r\nBcc: evil@evil.example",
        "\nX-Evil: 1",
        "\r\n\r\nbody",
        '"',
        "\\",
        ",",
        ";",
        ":",
        "<evil@evil.example>",
        "evil@evil.example, ",
        "group: evil@evil.example;",
        "(comment)",
        "=?utf-8?Q?=0D=0ABcc:_evil@evil.example?=",
        "=?utf-8?B?DQpCY2M6IGV2aWxAZXZpbC5leGFtcGxl?=",
        "\u2028",
        "\0",
        "\ud800",
        "日本語",
        "🚀",
      ),
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""));

const parse = async (changes: Parameters<typeof aMail>[0]) => {
  const raw = await buildMime(aMail(changes));
  return { raw, mail: await PostalMime.parse(raw) };
};

describe("a mail as MIME", () => {
  test("has exactly its headers, its sender and its one recipient, whatever names and subject hold", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, async (fromName, replyName, subject) => {
        const { mail } = await parse({
          from: { name: fromName, address: address("ci@acme.example") },
          replyTo: { name: replyName, address: address("help@acme.example") },
          subject: `Failed: ${subject}`,
        });

        expect(mail.headers.map(({ key }) => key).toSorted()).toEqual(HEADERS);
        expect(mail.from?.address).toBe("ci@acme.example");
        expect(mail.replyTo?.map((mailbox) => mailbox.address)).toEqual(["help@acme.example"]);
        expect(mail.to?.map((mailbox) => mailbox.address)).toEqual(["ada@globex.example"]);
        expect([mail.cc, mail.bcc]).toEqual([undefined, undefined]);
        expect(mail.attachments).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test("has no line longer than 998 octets and no bare line break, whatever the parts hold", async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (text, html) => {
        const long = "x".repeat(1500);

        const { raw } = await parse({ text: `${text}\r.\r\n.\n${long}`, html: `${html}\r.\r\n.\n${long}` });

        const lines = raw.toString("latin1").split("\r\n");
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
        expect(lines.filter((line) => /[\r\n]/.test(line))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test("keeps names and subject that any reader may see", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.stringMatching(/^[\p{L}\p{N}][\p{L}\p{N} .,"'()<>@:;-]{0,60}[\p{L}\p{N}]$/u),
        async (words) => {
          fc.pre(!/ {2}/.test(words));

          const { mail } = await parse({ from: { name: words, address: address("ci@acme.example") }, subject: words });

          expect(mail.subject).toBe(words);
          expect(mail.from?.name).toBe(words);
        },
      ),
      { numRuns: 100 },
    );
  });

  test.each([40, 200, 500])(
    "names a link to unsubscribe of %i characters on one line of few octets",
    async (length) => {
      const unsubscribeUrl = `https://api.tidings.example/v1/unsubscribe/${"x".repeat(length)}`;

      const { raw, mail } = await parse({ unsubscribeUrl });

      const head = raw.toString("latin1").split("\r\n\r\n", 1)[0] ?? "";
      const lines = head.split("\r\n");
      expect(lines.filter((line) => line.includes(`<${unsubscribeUrl}>`))).toHaveLength(1);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
      expect(lines).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
      expect(mail.headers.find(({ key }) => key === "list-unsubscribe")?.value).toBe(`<${unsubscribeUrl}>`);
    },
  );

  test("is built of both parts and never reads files or addresses named in it", async () => {
    const { mail } = await parse({
      html: '<img src="file:///etc/hostname"><img src="http://127.0.0.1:1/x"><img src="data:image/png;base64,AAAA">',
    });

    expect(mail.attachments).toEqual([]);
    expect(mail.html).toContain('src="file:///etc/hostname"');
    expect(mail.text?.trim()).toBe("It failed.");
  });

  test("is the same whenever it is built again, but for the time and the boundary", async () => {
    const lines = async () =>
      (await buildMime(aMail()))
        .toString()
        .replace(/^Date: .*$/m, "")
        .replaceAll(/-_NmP[\w-]+|----_[\w-]+/g, "");

    expect(await lines()).toBe(await lines());
  });
});
