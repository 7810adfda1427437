import { createHash } from "node:crypto";
import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import type { TemplateContentStore } from "../admin/ports.ts";
import type { Tenant } from "../domain/scope.ts";
import type { TemplateContent } from "../domain/template.ts";
import type { TemplateContents } from "../flow/ports.ts";
import { templateContentKey } from "./keys.ts";
import { ifConditionHolds, type Table } from "./table.ts";

/*
 * Access patterns
 *   store a content once     put  TEMPLATES#<tenant> / <SHA-256 of the content>   if absent
 *   a version's content      get  the same item
 *
 * Contents stay when a template changes or goes: mails on their way are made with the version that was in force.
 */

/** Most contents kept in memory: even the largest make no more than 10 MB. The one unused for longest goes first. */
const MAX_KEPT = 50;

const itemSchema = z.object({
  v: z.literal(1),
  content: z.object({
    subject: z.string(),
    html: z.string(),
    text: z.optional(z.string()),
    locale: z.optional(z.string()),
  }),
});

/** The contents of templates in the config table. */
export const createTemplateContents = ({ client, name: TableName }: Table): TemplateContentStore => ({
  async put(tenant, content) {
    const contentId = contentIdOf(content);
    await ifConditionHolds(() =>
      client.send(
        new PutCommand({
          TableName,
          Item: { ...templateContentKey(tenant, contentId), type: "template-content", v: 1, content },
          ConditionExpression: "attribute_not_exists(pk)",
        }),
      ),
    );
    return contentId;
  },
  async get(tenant, contentId) {
    const Key = templateContentKey(tenant, contentId);
    const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
    const parsed = itemSchema.safeParse(Item);
    return parsed.success ? parsed.data.content : undefined;
  },
});

/** Keeps contents in memory. They never change; one that was not found is asked for again. */
export const keepTemplateContents = (contents: TemplateContents): TemplateContents => {
  const kept = new Map<string, TemplateContent>();
  const keep = (name: string, content: TemplateContent): void => {
    kept.delete(name);
    kept.set(name, content);
    for (const oldest of [...kept.keys()].slice(0, Math.max(0, kept.size - MAX_KEPT))) kept.delete(oldest);
  };
  return {
    async get(tenant: Tenant, contentId: string) {
      const name = `${tenant}/${contentId}`;
      const content = kept.get(name) ?? (await contents.get(tenant, contentId));
      if (content !== undefined) keep(name, content);
      return content;
    },
  };
};

const contentIdOf = ({ subject, html, text, locale }: TemplateContent): string =>
  createHash("sha256")
    .update(JSON.stringify([subject, html, text ?? null, locale ?? null]))
    .digest("hex");
