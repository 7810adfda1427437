import { DeleteCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Change, Removed, ScopeDocument, Versioned, VersionedSettings, Written } from "../admin/ports.ts";
import type { AwsSource } from "../domain/aws-source.ts";
import type { Brand } from "../domain/brand.ts";
import type { Group } from "../domain/group.ts";
import type { MailSettings } from "../domain/mail-settings.ts";
import type { PipelineOverride } from "../domain/pipeline-override.ts";
import type { Rule } from "../domain/rule.ts";
import { type Tenant, tenantOf } from "../domain/scope.ts";
import type { TemplateDocument } from "../domain/template.ts";
import { countChange } from "./count-change.ts";
import { type DocumentKind, versionKey } from "./keys.ts";
import { ifConditionHolds, type Key, type Table } from "./table.ts";

/**
 * One document of an administrator is one item: `{ pk, sk, kind, v, doc, version, updatedAt, updatedBy, secrets? }`.
 *
 * read a document            GetItem    pk, sk   (consistent: administrators read what they wrote)
 * write a document           UpdateItem pk, sk   if version = :expected
 * delete a document          DeleteItem pk, sk   if version = :expected
 * tell warm functions of it  UpdateItem pk, VERSION   add 1 to n   (after the write; caches also expire by themselves)
 */

/** What the `doc` of each kind of item is. */
export interface Documents {
  readonly SCOPE: ScopeDocument;
  readonly SETTINGS: MailSettings;
  readonly GROUP: Group;
  readonly RULE: Rule;
  readonly BRAND: Brand;
  readonly TEMPLATE: TemplateDocument;
  readonly PIPELINE: PipelineOverride;
  readonly AWSSOURCE: AwsSource;
}

/** Layout of the items this version writes, and the only one it reads. */
const LAYOUT = 1;

type Item = Readonly<Record<string, unknown>>;

type DocumentItem<K extends DocumentKind> = {
  readonly doc: Documents[K];
  readonly version: number;
  readonly updatedAt: string;
  readonly updatedBy: string;
  readonly secrets?: VersionedSettings["secrets"];
};

const isDocument = <K extends DocumentKind>(kind: K, item: Item): item is Item & DocumentItem<K> =>
  item.kind === kind && item.v === LAYOUT && typeof item.doc === "object" && item.doc !== null;

/** A document with what is noted of its secrets, which only mail settings have. */
type Stored<K extends DocumentKind> = Versioned<Documents[K]> & Pick<VersionedSettings, "secrets">;

/**
 * The document within an item of the config table; undefined when the item is of another kind.
 * Only our own conditional writes make these items, from values that were parsed.
 */
export const readDocument = <K extends DocumentKind>(kind: K, item: Item): Stored<K> | undefined =>
  isDocument(kind, item)
    ? {
        value: item.doc,
        version: item.version,
        updatedAt: item.updatedAt,
        updatedBy: item.updatedBy,
        secrets: item.secrets ?? {},
      }
    : undefined;

/** A document by its key, or undefined. */
export const getDocument = async <K extends DocumentKind>(table: Table, kind: K, key: Key) => {
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }));
  return Item === undefined ? undefined : readDocument(kind, Item);
};

/**
 * Writes a document and answers it as it is now, or undefined when `change.ifVersion` does not hold. The database tells
 * what was replaced, so that the answer is right whoever else writes at the same time.
 */
export const putDocument = async <K extends DocumentKind>(
  table: Table,
  kind: K,
  key: Key,
  doc: Documents[K],
  change: Change,
): Promise<Written<Stored<K>> | undefined> => {
  const condition = expectVersion(change);
  const written = await ifConditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: key,
        // `secrets` is always there, so that one kind can be noted without touching the others.
        UpdateExpression:
          "SET #kind = :kind, #v = :v, #doc = :doc, #at = :at, #by = :by, #secrets = if_not_exists(#secrets, :none) ADD #version :one",
        ExpressionAttributeNames: {
          "#kind": "kind",
          "#v": "v",
          "#doc": "doc",
          "#at": "updatedAt",
          "#by": "updatedBy",
          "#secrets": "secrets",
          "#version": "version",
        },
        ExpressionAttributeValues: {
          ":kind": kind,
          ":v": LAYOUT,
          ":doc": doc,
          ":at": change.at.toISOString(),
          ":by": change.by,
          ":none": {},
          ":one": 1,
          ...condition?.values,
        },
        ...(condition === undefined ? {} : { ConditionExpression: condition.expression }),
        ReturnValues: "ALL_OLD",
      }),
    ),
  );
  if (written === undefined) return undefined;
  await announceChange(table, tenantOf(doc.scope));
  const before = readDocument(kind, written.Attributes ?? {});
  return {
    value: doc,
    version: (before?.version ?? 0) + 1,
    updatedAt: change.at.toISOString(),
    updatedBy: change.by,
    secrets: before?.secrets ?? {},
    before,
  };
};

/** Deletes a document; one that does not exist is gone whatever version was expected. */
export const removeDocument = async <K extends DocumentKind>(
  table: Table,
  kind: K,
  tenant: Tenant,
  key: Key,
  change: Change,
): Promise<Removed<Stored<K>> | undefined> => {
  const condition = expectVersion(change);
  const removed = await ifConditionHolds(() =>
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: key,
        ...(condition === undefined
          ? {}
          : {
              ConditionExpression: `attribute_not_exists(#version) OR ${condition.expression}`,
              ExpressionAttributeNames: { "#version": "version" },
              ...(condition.values === undefined ? {} : { ExpressionAttributeValues: condition.values }),
            }),
        ReturnValues: "ALL_OLD",
      }),
    ),
  );
  if (removed === undefined) return undefined;
  await announceChange(table, tenant);
  return { before: readDocument(kind, removed.Attributes ?? {}) };
};

/** Lets every warm function load the tenant's configuration again. */
export const announceChange = async (table: Table, tenant: Tenant): Promise<void> => {
  await countChange(table, versionKey(tenant));
};

/** The condition of a guarded write on the attribute `#version`; undefined when the write is not guarded. */
const expectVersion = ({ ifVersion }: Change) => {
  if (ifVersion === undefined) return undefined;
  if (ifVersion === "*") return { expression: "attribute_exists(#version)" };
  const values = Object.fromEntries(ifVersion.map((version, index) => [`:expected${index}`, version]));
  return { expression: `#version IN (${Object.keys(values).join(", ")})`, values };
};
