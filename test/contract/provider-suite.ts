import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SendOutcome } from "../../shared/domain/outcome.ts";
import type { Provider } from "../../shared/flow/provider-ports.ts";
import { aMail, noDeadline } from "../providers/outgoing-mail.ts";

/** A mail as its recipient sees it, whatever carried it. */
export interface ArrivedMail {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: readonly string[];
  readonly replyTo: { readonly name: string; readonly address: string } | null;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How the other side treats mails: takes them, refuses them, hangs up on having them, or never answers. */
export type Treatment = "accept" | "permanent" | "transient" | "config" | "hang-up" | "silence";

/** A provider with the other side it sends to. */
export interface ProviderUnderTest {
  readonly provider: Provider;
  /** The secret it logs in with. */
  readonly secret: string;
  /** Treats the mails from now on so. Refusals repeat the secret where the protocol lets them. */
  treat(treatment: Treatment): void;
  /** Resolves when the other side has the next mail whole. */
  handedOver(): Promise<void>;
  /** The mails it has taken, oldest first. */
  arrived(): Promise<readonly ArrivedMail[]>;
  stop(): Promise<void>;
}

/** What every provider has to do. Each test starts with an accepting other side. */
export const describeProvider = (title: string, start: () => Promise<ProviderUnderTest>): void => {
  describe(`${title}, as a provider`, () => {
    let tested: ProviderUnderTest;

    beforeAll(async () => {
      tested = await start();
    });
    beforeEach(() => tested.treat("accept"));
    afterAll(() => tested?.stop());

    const newest = async (): Promise<ArrivedMail | undefined> => (await tested.arrived()).at(-1);

    test("says that a mail was accepted, and in which words", async () => {
      const outcome = await tested.provider.send(aMail(), noDeadline());

      expect(outcome).toMatchObject({
        kind: "accepted",
        code: expect.any(Number),
        text: expect.stringMatching(/4711/),
      });
    });

    test("carries every part of the mail", async () => {
      await tested.provider.send(aMail(), noDeadline());

      expect(await newest()).toMatchObject({
        from: { name: "Acme CI", address: "ci@acme.example" },
        to: ["ada@globex.example"],
        replyTo: { name: "Acme Help", address: "help@acme.example" },
        subject: "Failed: Build API #512",
        html: "<p>It <b>failed</b>.</p>",
        text: "It failed.",
        headers: {
          "message-id": "<delivery-1@acme.example>",
          references: "<run-512@acme.example>",
          "in-reply-to": "<run-512@acme.example>",
          "auto-submitted": "auto-generated",
          "x-tidings-delivery": "delivery-1",
        },
      });
    });

    test("leaves out what the mail does not have", async () => {
      const { name: _, ...from } = aMail().from;

      await tested.provider.send(aMail({ from, replyTo: null, references: [] }), noDeadline());

      const mail = await newest();
      expect(mail).toMatchObject({ from: { name: "", address: "ci@acme.example" }, replyTo: null });
      expect(mail?.headers).not.toHaveProperty("references");
      expect(mail?.headers).not.toHaveProperty("in-reply-to");
    });

    test("says how to unsubscribe with one click, in one piece however long the link is", async () => {
      const unsubscribeUrl = `https://api.tidings.example/v1/unsubscribe/${"A1-_".repeat(125)}`;

      await tested.provider.send(aMail({ unsubscribeUrl }), noDeadline());

      expect(await newest()).toMatchObject({
        headers: {
          "list-unsubscribe": `<${unsubscribeUrl}>`,
          "list-unsubscribe-post": "List-Unsubscribe=One-Click",
        },
      });
    });

    test("says nothing of unsubscribing where there is nothing to unsubscribe from", async () => {
      await tested.provider.send(aMail(), noDeadline());

      const mail = await newest();
      expect(mail?.headers).not.toHaveProperty("list-unsubscribe");
      expect(mail?.headers).not.toHaveProperty("list-unsubscribe-post");
    });

    test("keeps subject, names and both parts in any script", async () => {
      const changes = {
        from: { ...aMail().from, name: "Größe, 株式会社 “Acme”" },
        subject: "Fehlgeschlagen: Übung №5 – 日本語の件名 🚀 and a tail that is long enough to be folded somewhere",
        html: "<p>日本語 🚀 ÄÖÜ</p>",
        text: "日本語 🚀 ÄÖÜ\n.\n..a line of dots",
      };

      await tested.provider.send(aMail(changes), noDeadline());

      expect(await newest()).toMatchObject({ ...changes, from: { name: changes.from.name } });
    });

    test.each(["permanent", "transient", "config"] as const)(
      "calls a %s refusal that, and repeats no secret",
      async (treatment) => {
        tested.treat(treatment);

        const outcome = await tested.provider.send(aMail(), noDeadline());

        expect(outcome).toMatchObject({ kind: "failed", class: treatment });
        expectNoSecret(outcome, tested.secret);
      },
    );

    test("calls it ambiguous when the other side hangs up on a mail it has", async () => {
      tested.treat("hang-up");

      const outcome = await tested.provider.send(aMail(), noDeadline());

      expect(outcome).toMatchObject({ kind: "failed", class: "ambiguous", reason: "possibly-sent" });
      expectNoSecret(outcome, tested.secret);
    });

    test("sends nothing, and says so, when its time is over before it begins", async () => {
      const before = (await tested.arrived()).length;

      const outcome = await tested.provider.send(aMail(), AbortSignal.abort());

      expect(outcome).toMatchObject({ kind: "failed", class: "transient", reason: "timeout" });
      expect(await tested.arrived()).toHaveLength(before);
    });

    test("calls it ambiguous when its time ends after the mail was handed over", async () => {
      const deadline = new AbortController();
      tested.treat("silence");
      const handedOver = tested.handedOver();

      const sending = tested.provider.send(aMail(), deadline.signal);
      await handedOver;
      deadline.abort();

      expect(await sending).toMatchObject({ kind: "failed", class: "ambiguous", reason: "possibly-sent" });
    });

    test("sends the next mail after every kind of failure", async () => {
      for (const treatment of ["permanent", "transient", "config", "hang-up"] as const) {
        tested.treat(treatment);
        await tested.provider.send(aMail(), noDeadline());
        tested.treat("accept");

        expect(await tested.provider.send(aMail(), noDeadline())).toMatchObject({ kind: "accepted" });
      }
    });
  });
};

/** Looks for a secret, plain or in the encoding of a login, anywhere in an outcome. */
export const expectNoSecret = (outcome: SendOutcome, secret: string): void => {
  const shown = `${inspect(outcome, { depth: null, showHidden: true })}${JSON.stringify(outcome)}`;
  expect(shown).not.toContain(secret);
  expect(shown).not.toContain(Buffer.from(secret).toString("base64"));
};
