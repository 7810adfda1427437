import { linkKeyOf } from "../../shared/domain/unsubscribe-token.ts";
import type { MakeMailDeps } from "../../shared/flow/make-mail.ts";
import { templateEngine } from "../../shared/templates/template-engine.ts";
import { NOW } from "./builders.ts";
import { createMemoryDigestStore } from "./memory-digest-store.ts";
import { createMemoryLog } from "./memory-log.ts";
import { createMemoryMetrics } from "./memory-metrics.ts";
import { createMemoryTemplateContents } from "./memory-template-contents.ts";

/** The key of the links to unsubscribe in {@link plainMails}. */
export const LINK_KEY = linkKeyOf("the secret of an installation in tests");

/** Makes mails that tell what they are about in their subjects, for senders whose jobs carry all they need. */
export const plainMails = (): MakeMailDeps => ({
  events: { read: async () => undefined, readMany: async () => [], readMessage: async () => undefined },
  digests: createMemoryDigestStore(),
  renderBuiltIn: async ({ type }) => ({ subject: `About ${type}`, html: "<p></p>", text: "" }),
  renderDigest: async ({ events, more }) => ({ subject: `${events.length + more} events`, html: "<p></p>", text: "" }),
  renderMessage: async ({ template }) => ({ subject: `About ${template}`, html: "<p></p>", text: "" }),
  renderText: async ({ subject, text }) => ({ subject, html: "<p></p>", text }),
  templateContents: createMemoryTemplateContents(),
  templates: templateEngine,
  linkKeys: { get: async () => LINK_KEY },
  unsubscribeUrl: "https://api.tidings.example/v1/unsubscribe",
  metrics: createMemoryMetrics(),
  log: createMemoryLog(),
  now: () => NOW,
});
