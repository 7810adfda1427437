import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type MailSettingsDraft, mailSettingsBody } from "../../shared/contracts/bodies/mail-settings.ts";
import { parseBody } from "../../shared/contracts/parse-body.ts";
import type { SmtpSettings } from "../../shared/domain/mail-settings.ts";
import { createProvider } from "../../shared/providers/registry.ts";
import { type Certificate, makeAuthority, makeCertificate } from "../fakes/certificates.ts";
import { SEED_EXAMPLES } from "../fakes/seed-examples.ts";
import { startSendGrid } from "../fakes/sendgrid-server.ts";
import { aMail, noDeadline } from "./outgoing-mail.ts";
import { guardFor, readMail, relayWith } from "./smtp-harness.ts";

const SECRET = "swordfish";

let authority: Certificate;

beforeAll(async () => {
  authority = await makeAuthority();
});

/** How a client logged in. */
interface SeenLogin {
  readonly method: string;
  readonly username: string;
  readonly secret: string;
}

/** Sends by the settings, to a server of that name and kind at a port of this machine; answers what it saw. */
const sendBy = async (draft: MailSettingsDraft, provider: SmtpSettings) => {
  const logins: SeenLogin[] = [];
  const hasLogin = provider.auth.type !== "none";
  const relay = await relayWith({
    security: provider.security === "implicit" ? "implicit" : "starttls",
    certificate: await makeCertificate({ hosts: [provider.host], authority }),
    ...(hasLogin ? { login: { username: "", password: "" } } : {}),
    server: {
      authMethods: ["LOGIN", "PLAIN", "XOAUTH2"],
      onAuth: ({ method, username, password, accessToken }, _session, done) => {
        logins.push({ method, username: username ?? "", secret: accessToken ?? password ?? "" });
        done(null, { user: username ?? "" });
      },
    },
  });
  const opened = createProvider(
    { guard: guardFor(relay.port), sendgridBaseUrl: "", requestTimeoutMs: 5000 },
    { ...provider, port: relay.port, caPem: authority.cert },
    {
      login: SECRET,
      accessToken: async () => ({ ok: true, accessToken: SECRET, expiresAt: "2026-11-20T13:00:00Z" }),
    },
  );
  onTestFinished(() => opened.close());
  const outcome = await opened.send(aMail({ from: draft.from, replyTo: draft.replyTo }), noDeadline());
  return { outcome, logins, mails: relay.mails };
};

const examples = SEED_EXAMPLES.map(({ title, body }) => ({ title, draft: parseBody(mailSettingsBody, body) }));

const smtpExamples = examples.flatMap(({ title, draft }) =>
  draft.provider.kind === "smtp" ? [{ title, draft, provider: draft.provider }] : [],
);

describe("on the wire, the example of another system's document", () => {
  test.each(smtpExamples)("is what its server expects: $title", async ({ draft, provider }) => {
    const { outcome, logins, mails } = await sendBy(draft, provider);

    expect(outcome).toMatchObject({ kind: "accepted" });
    expect(mails).toMatchObject([{ from: draft.from.address, secure: provider.security !== "none" }]);
    const [mail] = mails;
    expect(mail && (await readMail(mail.raw, mail.to))).toMatchObject({
      from: { name: draft.from.name ?? "", address: draft.from.address },
      replyTo: draft.replyTo === null ? null : { address: draft.replyTo.address },
    });
    const { auth } = provider;
    expect(logins).toEqual(
      auth.type === "none"
        ? []
        : [{ method: auth.type === "oauth2" ? "XOAUTH2" : "PLAIN", username: auth.username, secret: SECRET }],
    );
  });

  test.each(examples.filter(({ draft }) => draft.provider.kind === "sendgrid"))(
    "is a call of SendGrid's API: $title",
    async ({ draft }) => {
      const server = await startSendGrid();
      onTestFinished(() => server.stop());
      const options = { guard: guardFor(0), sendgridBaseUrl: server.url, requestTimeoutMs: 5000 };

      await createProvider(options, draft.provider, { login: "SG.key" }).send(
        aMail({ from: draft.from }),
        noDeadline(),
      );

      expect(server.calls).toMatchObject([
        { apiKey: "SG.key", path: "/v3/mail/send", mail: { from: { email: draft.from.address } } },
      ]);
    },
  );
});
