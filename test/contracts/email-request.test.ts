import { describe, expect, test } from "vitest";
import { EMAIL_REQUESTED, parseBusEvent } from "../../shared/contracts/bus.ts";
import { parseEmailRequest, readEmailRequest } from "../../shared/contracts/email-request.ts";
import { identifyEvent } from "../../shared/contracts/pipeline-event.ts";
import { busEventOf } from "../fakes/builders.ts";

const OWN = { scope: "acme", to: ["ada@acme.example"], subject: "Lunch", text: "At noon." };
const INVITATION = { inviter: "Grace", team: "Acme", url: "https://acme.example/join" };

const requestOf = (detail: unknown) => {
  const busEvent = parseBusEvent(JSON.stringify(busEventOf(detail, { "detail-type": EMAIL_REQUESTED })));
  if (busEvent === undefined) throw new Error("no bus event");
  return busEvent;
};

const parse = (detail: unknown) => parseEmailRequest(requestOf(detail));

const issuesOf = (detail: unknown): string[] => {
  const parsed = parse(detail);
  return parsed.ok ? [] : parsed.issues.map(({ path, message }) => `${path}: ${message}`);
};

const messageOf = (detail: unknown) => {
  const parsed = parse(detail);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.message;
};

const invitation = (data: unknown) => ({ scope: "acme", to: ["ada@acme.example"], template: "invitation", data });

const fileOf = (different: object) => ({
  ...OWN,
  attachments: [{ filename: "a.pdf", contentType: "application/pdf", content: "JVBERg==", ...different }],
});

describe("a request for an e-mail", () => {
  test("gets the bus's id and time, and nobody else, when it says no more than it must", () => {
    expect(messageOf(OWN)).toEqual({
      id: "8d0bf8a0-6a7f-4d5c-9a51-5b1c0a000001",
      scope: "acme",
      time: "2026-11-20T11:59:58Z",
      subject: "Lunch",
      text: "At noon.",
      to: ["ada@acme.example"],
      cc: [],
      attachments: [],
    });
  });

  test("takes null for absent, but not inside the data", () => {
    const message = messageOf({ ...invitation({ ...INVITATION }), template: "welcome", data: { a: null }, cc: null });

    expect(message).toMatchObject({ template: "welcome", data: { a: null }, cc: [] });
  });

  test("addresses each person once, in to rather than in cc", () => {
    const message = messageOf({
      ...OWN,
      to: ["Ada@acme.example", "ada@ACME.example"],
      cc: ["ADA@acme.example", "bob@acme.example"],
    });

    expect([message.to, message.cc]).toEqual([["Ada@acme.example"], ["bob@acme.example"]]);
  });

  test("survives the way to the sender", () => {
    const message = messageOf({ ...fileOf({}), id: "m-1", cc: ["bob@acme.example"], replyTo: "help@acme.example" });

    expect(readEmailRequest(JSON.parse(JSON.stringify(message)))).toEqual(message);
  });

  test("is told apart from events in records, also when it cannot be read", () => {
    expect(identifyEvent(requestOf({ id: "m-1", scope: "acme", type: "PipelineFailed" }))).toEqual({
      id: "m-1",
      scope: "acme",
      type: "EmailRequested",
    });
  });
});

const TOO_MANY = Array.from({ length: 26 }, (_, at) => `p${at}@acme.example`);

describe("a request that cannot be met", () => {
  test.each([
    ["nothing at all", {}, ["scope: is required and must be a text", "to: is required and must be a list"]],
    ["a field that is not known", { ...OWN, bcc: [] }, ["bcc: is not a known field: leave it out"]],
    ["nobody to send to", { ...OWN, to: [] }, ["to: must have at least 1 item"]],
    [
      "neither words nor a template",
      { scope: "acme", to: OWN.to },
      ["subject: is required unless there is a template", "text: or html is required unless there is a template"],
    ],
    [
      "words beside a template",
      { ...OWN, template: "welcome" },
      ["subject: is made by the template: leave it out", "text: is made by the template: leave it out"],
    ],
    ["data without a template", { ...OWN, data: {} }, ["data: is for a template: leave it out"]],
    [
      "a subject of two lines",
      { ...OWN, subject: "Lunch\r\nBcc: eve@evil.example" },
      ["subject: must be one line without control characters"],
    ],
    [
      "a template id with a path in it",
      { ...invitation({}), template: "../x" },
      ['template: must be 1 to 63 of a-z, 0-9 and "-", not beginning with "-"'],
    ],
    ["a scope that is none", { ...OWN, scope: "Acme" }, [expect.stringContaining("scope: must be 1 to 4 segments")]],
    ["an id with a space", { ...OWN, id: "a b" }, ["id: must be 1 to 128 visible ASCII characters without spaces"]],
  ])("has %s", (_, detail, issues) => {
    expect(issuesOf(detail)).toEqual(issues);
  });

  test("has an address that is none, and says which", () => {
    expect(issuesOf({ ...OWN, cc: ["bob@acme.example", "bob@acme.example, eve@evil.example"] })).toEqual([
      expect.stringMatching(/^cc\[1\]: .* must have exactly one "@"/),
    ]);
  });

  test("has more than 50 addressees, to and cc together", () => {
    const most = { ...OWN, to: TOO_MANY, cc: TOO_MANY.slice(0, 24).map((one) => `c${one}`) };

    expect(issuesOf(most)).toEqual([]);
    expect(issuesOf({ ...most, cc: [...most.cc, "c24@acme.example"] })).toEqual([
      "to: must have at most 50 addresses together with cc, but has 51",
    ]);
  });

  test("is larger or deeper than an event may be", () => {
    const deep = JSON.parse(`${"[".repeat(101)}${"]".repeat(101)}`);

    expect(issuesOf({ ...OWN, text: "x".repeat(256 * 1024) })).toEqual([
      expect.stringMatching(/^: must be at most 262144 bytes/),
    ]);
    expect(issuesOf({ ...invitation({ deep }), template: "welcome" })).toEqual([
      ": must be nested at most 100 levels deep",
    ]);
  });
});

describe("the data of a built-in message", () => {
  test.each([
    ["invitation", INVITATION],
    ["invitation", { ...INVITATION, expiresAt: "2026-11-20T12:00:00+01:00", message: "Hello\nAda" }],
    ["confirmation", { code: "481516" }],
    ["confirmation", { url: "https://acme.example/c" }],
    ["password-reset", { url: "http://acme.example/r" }],
    ["report", { title: "Week 47", summary: "All well." }],
    [
      "report",
      {
        title: "Week 47",
        rows: [
          { label: "Runs", value: 12 },
          { label: "Failed", value: "none" },
        ],
      },
    ],
  ])("makes %s of %j", (template, data) => {
    expect(issuesOf({ ...invitation(data), template })).toEqual([]);
  });

  test.each([
    ["invitation", undefined, "data: is required and must be an object"],
    ["invitation", { ...INVITATION, inviter: undefined }, "data.inviter: is required and must be a text"],
    ["invitation", { ...INVITATION, role: "x" }, "data.role: is not a known field: leave it out"],
    [
      "invitation",
      { ...INVITATION, url: "javascript:alert(1)" },
      "data.url: must be an http or https address without a user name",
    ],
    [
      "invitation",
      { ...INVITATION, url: "https://acme.example@evil.example/" },
      "data.url: must be an http or https address without a user name",
    ],
    [
      "invitation",
      { ...INVITATION, expiresAt: "tomorrow" },
      'data.expiresAt: must be an instant with its zone, such as "2026-11-20T14:30:00Z"',
    ],
    ["confirmation", {}, "data: must have a url or a code"],
    ["password-reset", {}, "data.url: is required and must be a text"],
    ["report", { title: "Week 47" }, "data: must have a summary or rows"],
    [
      "report",
      { title: "Week 47", rows: [{ label: "Runs", value: true }] },
      "data.rows[0].value: must be a text, or must be a number",
    ],
  ])("of %s must not be %j", (template, data, issue) => {
    expect(issuesOf({ ...invitation(data), template })).toEqual([issue]);
  });

  test("is the publisher's own business for any other template", () => {
    expect(issuesOf({ ...invitation({ anything: [1, { at: "all" }] }), template: "welcome" })).toEqual([]);
  });
});

describe("an attachment", () => {
  test.each(["report.pdf", "Bericht Mai (2).xlsx", "日報.csv", "archive.tar.gz", "no-ending"])(
    "may be called %j",
    (filename) => {
      expect(issuesOf(fileOf({ filename }))).toEqual([]);
    },
  );

  test.each([
    "",
    "../a.pdf",
    "a/b.pdf",
    "c:\\a.pdf",
    ".profile",
    "a.pdf.",
    "a.pdf ",
    "a\r\nb.pdf",
    "a\0.pdf",
    "fdp\u202Eexe.a",
    'a".pdf',
  ])("must not be called %j", (filename) => {
    expect(issuesOf(fileOf({ filename }))).toEqual([
      'attachments[0].filename: must be a plain file name of at most 150 characters, such as "report.pdf"',
    ]);
  });

  test.each(["setup.exe", "invoice.pdf.EXE", "run.ps1", "page.hta", "x.js", "disk.iso", "link.lnk"])(
    "must not be the program %s",
    (filename) => {
      expect(issuesOf(fileOf({ filename }))).toEqual([
        "attachments[0].filename: must not be the name of a program: mail hosts refuse such files",
      ]);
    },
  );

  test.each(["multipart/mixed", "message/rfc822", "text/plain; charset=utf-8", "pdf", "text/plain\r\nX-Evil: 1"])(
    "must not be of the type %j",
    (contentType) => {
      expect(issuesOf(fileOf({ contentType }))).toEqual([
        'attachments[0].contentType: must be a media type without parameters, such as "application/pdf"',
      ]);
    },
  );

  test.each(["", "!", "JVBERg", "JVBE Rg==", "JVBERg==\n", "JVBERh==", "data:text/plain;base64,JVBERg=="])(
    "must not have the content %j",
    (content) => {
      expect(issuesOf(fileOf({ content }))).toEqual([
        "attachments[0].content: must be base64 with padding and without line breaks",
      ]);
    },
  );

  test("may have 128 KiB together with the others, and not a byte more", () => {
    const file = (bytes: number) => ({
      filename: "a.bin",
      contentType: "application/octet-stream",
      content: Buffer.alloc(bytes, 1).toString("base64"),
    });

    expect(issuesOf({ ...OWN, attachments: [file(65_536), file(65_536)] })).toEqual([]);
    expect(issuesOf({ ...OWN, attachments: [file(65_536), file(65_537)] })).toEqual([
      "attachments: must have at most 131072 bytes together",
    ]);
  });
});
