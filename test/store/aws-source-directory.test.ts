import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConfigStore } from "../../shared/admin/ports.ts";
import type { AwsSource } from "../../shared/domain/aws-source.ts";
import { matchesPattern } from "../../shared/domain/pattern.ts";
import type { Scope } from "../../shared/domain/scope.ts";
import { createAwsSourceDirectory } from "../../shared/store/aws-source-directory.ts";
import { createConfigStore } from "../../shared/store/config-store.ts";
import { AWS_SOURCES_VERSION, awsSourceKey } from "../../shared/store/keys.ts";
import { later, NOW } from "../fakes/builders.ts";
import { aTenant, change } from "../fakes/config-documents.ts";
import { countRequests } from "../fakes/count-requests.ts";
import { startTables, type Tables } from "../fakes/dynalite.ts";

let tables: Tables;
let admin: ConfigStore;

beforeAll(async () => {
  tables = await startTables();
  admin = createConfigStore(tables.config);
});

afterAll(() => tables.stop());

const directory = (now = () => NOW) => createAwsSourceDirectory(tables.config, now);

const aSource = (scope: Scope, id: string, different: Partial<AwsSource> = {}): AwsSource => ({
  id,
  scope,
  name: id,
  enabled: true,
  pattern: { source: ["aws.codebuild"], account: [scope] },
  ...different,
});

const put = (source: AwsSource) => admin.awsSources.put(source.scope, source.id, source, change());

/** The registrations of one tenant: all tests share one table. */
const scopesOf = async (from: ReturnType<typeof directory>, tenant: Scope) =>
  (await from.load()).filter(({ scope }) => scope.startsWith(tenant)).map(({ scope }) => scope);

test("holds the enabled registrations of all tenants with patterns that match", async () => {
  const [one, other] = [aTenant(), aTenant()];
  await put(aSource(one, "builds"));
  await put(aSource(other, "builds"));
  await put(aSource(other, "not-now", { enabled: false }));

  const found = await directory().load();

  const matching = found.filter(({ pattern }) => matchesPattern(pattern, { source: "aws.codebuild", account: other }));
  expect(matching.map(({ scope }) => scope)).toEqual([other]);
  expect(found.some(({ scope }) => scope === one)).toBe(true);
});

test("shows every change with the next look, and asks only for its version when there was none", async () => {
  const tenant = aTenant();
  const warm = directory();
  await put(aSource(tenant, "builds"));
  expect(await scopesOf(warm, tenant)).toEqual([tenant]);

  const { requests, stop } = countRequests(tables.config);
  await warm.load();
  stop();
  expect(requests).toHaveLength(1);

  await put(aSource(tenant, "builds", { enabled: false }));
  expect(await scopesOf(warm, tenant)).toEqual([]);
  await put(aSource(tenant, "builds"));
  expect(await scopesOf(warm, tenant)).toEqual([tenant]);
  await admin.awsSources.remove(tenant, "builds", change());
  expect(await scopesOf(warm, tenant)).toEqual([]);
});

test("shows a change whose announcement was lost a minute later", async () => {
  const tenant = aTenant();
  let time = NOW;
  const warm = directory(() => time);
  await put(aSource(tenant, "builds"));
  await warm.load();
  const { client, name } = tables.config;
  const announced = (
    await client.send(new DeleteCommand({ TableName: name, Key: AWS_SOURCES_VERSION, ReturnValues: "ALL_OLD" }))
  ).Attributes;
  await admin.awsSources.remove(tenant, "builds", change());
  await client.send(new PutCommand({ TableName: name, Item: { ...AWS_SOURCES_VERSION, ...announced } }));

  expect(await scopesOf(warm, tenant)).toEqual([tenant]);
  time = later(61);
  expect(await scopesOf(warm, tenant)).toEqual([]);
});

test("passes over an entry whose document was never written, and over a pattern it cannot read", async () => {
  const tenant = aTenant();
  await tables.config.client.send(
    new PutCommand({ TableName: tables.config.name, Item: awsSourceKey(tenant, "half-written") }),
  );
  await put(aSource(tenant, "odd", { pattern: { source: "aws.codebuild" } }));

  expect(await scopesOf(directory(), tenant)).toEqual([]);
});

test("leaves a registration in force that could not be changed", async () => {
  const tenant = aTenant();
  await put(aSource(tenant, "builds"));

  const stale = { ...change(), ifVersion: [7] };
  expect(
    await admin.awsSources.put(tenant, "builds", aSource(tenant, "builds", { enabled: false }), stale),
  ).toBeUndefined();
  expect(await admin.awsSources.remove(tenant, "builds", stale)).toBeUndefined();

  expect(await scopesOf(directory(), tenant)).toEqual([tenant]);
});

test("holds more registrations than one request to the table takes", async () => {
  const tenant = aTenant();
  for (let index = 0; index < 230; index += 1) await put(aSource(tenant, `source-${index}`));

  expect(await scopesOf(directory(), tenant)).toHaveLength(230);
});
