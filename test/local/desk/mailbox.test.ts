import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMailbox } from "../../../local/inbox/mailbox.ts";

const ENVELOPE = { from: "ci@acme.example", to: ["ada@acme.example"] };

const mailOf = (subject: string): Buffer => Buffer.from(`Subject: ${subject}\r\n\r\nHello\r\n`);

const subjects = (mailbox: ReturnType<typeof createMailbox>): string[] => mailbox.list().map(({ subject }) => subject);

describe("a mailbox", () => {
  test("forgets the oldest mail when there are too many", async () => {
    const mailbox = createMailbox({ maxMessages: 2, maxBytes: 1000 });

    for (const subject of ["one", "two", "three"]) await mailbox.add(mailOf(subject), ENVELOPE);

    expect(subjects(mailbox)).toEqual(["three", "two"]);
  });

  test("forgets the oldest mails when they take too much memory, but never the newest", async () => {
    const mailbox = createMailbox({ maxMessages: 10, maxBytes: 60 });

    await mailbox.add(mailOf("one"), ENVELOPE);
    await mailbox.add(mailOf("two"), ENVELOPE);
    await mailbox.add(mailOf("x".repeat(100)), ENVELOPE);

    expect(subjects(mailbox)).toEqual(["x".repeat(100)]);
  });

  test("keeps a mail whose parts are nested beyond reading as its raw text", async () => {
    const mailbox = createMailbox();
    const levels = Array.from(
      { length: 300 },
      (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n`,
    );
    const raw = Buffer.from(levels.join(""));

    const message = await mailbox.add(raw, ENVELOPE);

    expect(message).toMatchObject({
      subject: "(unreadable mail)",
      from: null,
      text: raw.toString(),
      envelope: ENVELOPE,
    });
  });

  test("keeps a header that occurs twice, and one named like a part of JavaScript", async () => {
    const raw = Buffer.from("Received: by a\r\nReceived: by b\r\n__proto__: x\r\n\r\nHello\r\n");

    const { headers } = await createMailbox().add(raw, ENVELOPE);

    expect(Object.entries(headers)).toEqual([
      ["received", "by a, by b"],
      ["__proto__", "x"],
    ]);
  });

  test("keeps any bytes as a mail that it can show", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        const mailbox = createMailbox();

        const { id } = await mailbox.add(Buffer.from(bytes), ENVELOPE);

        const kept = mailbox.get(id);
        expect(kept?.raw).toEqual(Buffer.from(bytes));
        expect(JSON.parse(JSON.stringify(kept?.message))).toEqual(kept?.message);
      }),
    );
  });
});
