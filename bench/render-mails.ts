import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Brand } from "../shared/domain/brand.ts";
import { EVENT_TYPES, OWN_NOTICES, type PipelineEvent } from "../shared/domain/event.ts";
import { BUILT_IN_MESSAGES, type BuiltInMessage } from "../shared/domain/message.ts";
import type { RenderedMail } from "../shared/domain/rendered-mail.ts";
import type { Scope } from "../shared/domain/scope.ts";
import { renderBuiltIn } from "../shared/templates/built-in.ts";
import { renderDigest } from "../shared/templates/digest.ts";
import { renderMessage } from "../shared/templates/message.ts";
import { renderTestMail } from "../shared/templates/test-mail.ts";
import { renderText } from "../shared/templates/text-mail.ts";

/*
 * Writes every built-in mail as a page to look at, with and without a brand: `node bench/render-mails.ts <folder>`.
 */

const SCOPE = "acme.eng" as Scope;

const BRAND: Brand = {
  scope: SCOPE,
  name: "Acme Delivery Platform",
  logoUrl: "https://acme.example/logo.png",
  color: "#ffcc00",
  footer: "Acme GmbH · Ringstraße 1 · 1010 Wien",
  locale: "de-AT",
  timezone: "Europe/Vienna",
};

const eventOf = (type: string, different: Partial<PipelineEvent> = {}): PipelineEvent => ({
  id: `evt-${type}`,
  scope: SCOPE,
  type,
  severity: EVENT_TYPES[type as keyof typeof EVENT_TYPES] ?? "info",
  time: "2026-11-20T14:34:18Z",
  pipeline: { id: "build-api", name: "Build API", url: "https://ci.acme.example/build-api" },
  run: { id: "512", number: 512, url: "https://ci.acme.example/build-api/512" },
  stage: { id: "deploy", name: "Deploy to production", url: "https://ci.acme.example/build-api/512/deploy" },
  step: { id: "helm", name: "Helm upgrade" },
  message: "Error: UPGRADE FAILED: timed out waiting for the condition\n    at deploy (helm.ts:41)\nexit code 1",
  startedAt: "2026-11-20T14:30:05Z",
  endedAt: "2026-11-20T14:34:17Z",
  triggeredBy: { name: "Grace Hopper", email: "grace@acme.example" },
  branch: "feature/a-rather-long-branch-name-that-nobody-should-have-chosen-but-somebody-did",
  commit: "3f2a9c1e7b5d4f60812ac9de33f0b7a4c5e61d28",
  data: { change: "CHG-20931", canary: true, runbook: "https://wiki.acme.example/runbooks/build-api" },
  ...different,
});

const MESSAGES: Readonly<Record<BuiltInMessage, Readonly<Record<string, unknown>>>> = {
  invitation: {
    inviter: "Grace Hopper",
    team: "Acme Engineering",
    url: "https://acme.example/join/4711",
    expiresAt: "2026-11-27T12:00:00Z",
    message: "We would love to have you with us for the release on Friday.",
  },
  confirmation: { url: "https://acme.example/confirm/4711", code: "481 516", expiresAt: "2026-11-20T15:00:00Z" },
  "password-reset": { url: "https://acme.example/reset/4711", expiresAt: "2026-11-20T15:00:00Z" },
  report: {
    title: "Deployments of Acme Engineering",
    period: "16 to 22 November 2026",
    summary: "A calm week: two rollbacks, both within five minutes.",
    rows: [
      { label: "Deployments", value: 128 },
      { label: "Failed", value: 3, url: "https://ci.acme.example/failed" },
      { label: "Median lead time", value: "42 min" },
    ],
    url: "https://ci.acme.example/reports/47",
  },
};

const DIGEST_TYPES = ["PipelineFailed", "ApprovalRequested", "PipelineSuccess", "StageSuccess", "PipelineStart"];

const digestOf = (count: number) => ({
  id: "digest-1",
  scope: SCOPE,
  events: Array.from({ length: count }, (_, at) =>
    eventOf(DIGEST_TYPES[at % DIGEST_TYPES.length] ?? "PipelineEnd", {
      id: `evt-${at}`,
      run: { id: String(at), number: 500 + at },
      time: new Date(Date.UTC(2026, 10, 20, 14, at)).toISOString(),
      ...(at % 2 === 0 ? {} : { message: undefined }),
    }),
  ),
  more: 0,
});

const mailsFor = (brand: Brand | undefined): Record<string, RenderedMail> => ({
  ...Object.fromEntries(
    [...Object.keys(EVENT_TYPES), "ReportReady", ...Object.values(OWN_NOTICES)].map((type) => [
      type,
      renderBuiltIn(eventOf(type), brand),
    ]),
  ),
  "digest-12": renderDigest(digestOf(12), brand),
  "digest-1000": renderDigest(digestOf(1000), brand),
  ...Object.fromEntries(
    BUILT_IN_MESSAGES.map((template) => [
      template,
      renderMessage({ id: "msg-1", scope: SCOPE, template, data: MESSAGES[template] }, brand),
    ]),
  ),
  text: renderText({ subject: "Lunch", text: "Hello,\n\nlunch is at noon.\n\nYours, Grace" }, brand),
  test: renderTestMail({}),
});

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: node bench/render-mails.ts <folder>");
await mkdir(folder, { recursive: true });
for (const [suffix, brand] of [["", undefined] as const, ["-branded", BRAND] as const]) {
  for (const [name, { html, text }] of Object.entries(mailsFor(brand))) {
    await writeFile(join(folder, `${name}${suffix}.html`), html);
    await writeFile(join(folder, `${name}${suffix}.txt`), text);
    process.stdout.write(`${name}${suffix}: ${Buffer.byteLength(html)} bytes\n`);
  }
}
