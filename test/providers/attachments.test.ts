import PostalMime from "postal-mime";
import { describe, expect, onTestFinished, test } from "vitest";
import { buildMime } from "../../shared/providers/mime.ts";
import { createSendGridProvider } from "../../shared/providers/sendgrid.ts";
import { startScriptedSmtp } from "../fakes/scripted-smtp-server.ts";
import { startSendGrid } from "../fakes/sendgrid-server.ts";
import { address, aMail, noDeadline } from "./outgoing-mail.ts";
import { providerFor } from "./smtp-harness.ts";

const BYTES = Buffer.from(Array.from({ length: 1_000 }, (_, at) => (at * 7) % 256));

const FILES = [
  { filename: "Bericht – Mai.pdf", contentType: "application/pdf", content: BYTES.toString("base64") },
  { filename: "rows.csv", contentType: "text/csv", content: Buffer.from("a,b\r\n.\r\n1,2\n").toString("base64") },
];

const MESSAGE = aMail({
  to: address("bob@globex.example"),
  addressees: {
    to: ["ada@globex.example", "bob@globex.example"].map(address),
    cc: [address("cy@globex.example")],
  },
  attachments: FILES,
});

const addressesOf = (boxes: readonly { address?: string | undefined }[] | undefined) =>
  boxes?.map((box) => box.address);

const filesOf = ({ attachments }: Awaited<ReturnType<typeof PostalMime.parse>>) =>
  attachments.map(({ filename, mimeType, content, disposition }) => ({
    filename,
    contentType: mimeType,
    content: Buffer.from(content as ArrayBuffer).toString("base64"),
    disposition,
  }));

describe("a message with files and several addressees", () => {
  test("is the same again on the other side of an SMTP server, which is told of one recipient only", async () => {
    const server = await startScriptedSmtp({});
    onTestFinished(() => server.stop());
    const provider = providerFor(server.port);

    const outcome = await provider.send(MESSAGE, noDeadline());

    const mail = await PostalMime.parse(server.accepted[0] ?? "");
    expect(outcome.kind).toBe("accepted");
    expect(server.commands.filter((command) => command.startsWith("RCPT"))).toEqual(["RCPT TO:<bob@globex.example>"]);
    expect(addressesOf(mail.to)).toEqual(["ada@globex.example", "bob@globex.example"]);
    expect(addressesOf(mail.cc)).toEqual(["cy@globex.example"]);
    expect(filesOf(mail)).toEqual(FILES.map((file) => ({ ...file, disposition: "attachment" })));
    expect(mail.text?.trim()).toBe("It failed.");
    expect(mail.html).toContain("It <b>failed</b>.");
    expect(mail.headers.some(({ key }) => key === "list-unsubscribe" || key === "bcc")).toBe(false);
  });

  test("never becomes a path or an address that is looked up", async () => {
    const content = Buffer.from("file:///etc/hostname").toString("base64");
    const raw = await buildMime(
      aMail({ attachments: [{ filename: "etc-hostname", contentType: "text/plain", content }] }),
    );

    expect(filesOf(await PostalMime.parse(raw))).toMatchObject([{ filename: "etc-hostname", content }]);
  });

  test("goes to its one recipient through SendGrid, with its files", async () => {
    const server = await startSendGrid();
    onTestFinished(() => server.stop());
    const provider = createSendGridProvider({
      settings: { kind: "sendgrid", region: "global", url: "/v3/mail/send" },
      apiKey: "SG.key",
      baseUrl: server.url,
      timeoutMs: 5_000,
    });

    const outcome = await provider.send(MESSAGE, noDeadline());

    const [call] = server.calls;
    expect(outcome.kind).toBe("accepted");
    expect(call?.mail.personalizations).toEqual([expect.objectContaining({ to: [{ email: "bob@globex.example" }] })]);
    expect(call?.mail.personalizations[0]).not.toHaveProperty("cc");
    expect(call?.mail).toMatchObject({
      attachments: FILES.map(({ filename, contentType, content }) => ({
        filename,
        content,
        type: contentType,
        disposition: "attachment",
      })),
    });
  });
});
