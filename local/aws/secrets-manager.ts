import { randomBytes, randomUUID } from "node:crypto";
import type { RequestListener } from "node:http";
import * as z from "zod/mini";
import { arnOf, type Place } from "../template/place.ts";
import { AwsError, awsJsonListener, type Input } from "./json-protocol.ts";
import type { Secret, SecretStore } from "./secret-store.ts";
import { addVersion, findVersion, type SecretContent } from "./secret-versions.ts";

/** Largest secret value in bytes. Source: AWS Secrets Manager quotas, "Secret value size". */
const MAX_SECRET_BYTES = 65_536;

const text = z.optional(z.string());
const content = { SecretString: text, SecretBinary: text, ClientRequestToken: text };
const secretId = { SecretId: z.string() };
const SCHEMAS = {
  create: z.object({ Name: z.string(), Description: text, ...content }),
  put: z.object({ ...secretId, ...content, VersionStages: z.optional(z.array(z.string()).check(z.minLength(1))) }),
  update: z.object({ ...secretId, Description: text, ...content }),
  get: z.object({ ...secretId, VersionId: text, VersionStage: text }),
  remove: z.object({
    ...secretId,
    ForceDeleteWithoutRecovery: z._default(z.boolean(), false),
    RecoveryWindowInDays: z.optional(z.int().check(z.minimum(7), z.maximum(30))),
  }),
  byId: z.object(secretId),
};

/** Answers `secretsmanager` from a store. Resource policies, rotation, replication and tags are not imitated. */
export const secretsManagerListener = (store: SecretStore, place: Place): RequestListener =>
  awsJsonListener("secretsmanager", {
    CreateSecret: (input) => createSecret(store, place, input),
    PutSecretValue: (input) => {
      const request = parse(SCHEMAS.put, input);
      return putValue(store, findLiving(store, request.SecretId), request, request.VersionStages);
    },
    UpdateSecret: (input) => updateSecret(store, input),
    GetSecretValue: (input) => {
      const { SecretId, VersionId, VersionStage } = parse(SCHEMAS.get, input);
      const secret = findLiving(store, SecretId);
      const { id, version } = findVersion(secret, { versionId: VersionId, stage: VersionStage });
      const { createdDate, stages, ...value } = version;
      return { ...identityOf(secret), VersionId: id, VersionStages: stages, CreatedDate: createdDate, ...value };
    },
    DescribeSecret: (input) => describe(find(store, parse(SCHEMAS.byId, input).SecretId)),
    ListSecrets: () => ({ SecretList: [...store.secrets.values()].filter(isLiving).map(describe) }),
    ListSecretVersionIds: (input) => {
      const secret = find(store, parse(SCHEMAS.byId, input).SecretId);
      return { ...identityOf(secret), Versions: Object.entries(secret.versions).map(describeVersion) };
    },
    DeleteSecret: (input) => deleteSecret(store, input),
    RestoreSecret: (input) => {
      const secret = find(store, parse(SCHEMAS.byId, input).SecretId);
      secret.deletedDate = undefined;
      store.save();
      return identityOf(secret);
    },
  });

const parse = <Schema extends z.ZodMiniType>(schema: Schema, input: Input): z.output<Schema> => {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AwsError("InvalidParameterException", `Invalid value for ${issue?.path.join(".")}: ${issue?.message}`);
};

const find = (store: SecretStore, id: string): Secret => {
  const secret = store.find(id);
  if (secret !== undefined) return secret;
  throw new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
};

const findLiving = (store: SecretStore, id: string): Secret => {
  const secret = find(store, id);
  if (isLiving(secret)) return secret;
  const message = "You can't perform this operation on the secret because it was marked for deletion.";
  throw new AwsError("InvalidRequestException", message);
};

const isLiving = (secret: Secret): boolean => secret.deletedDate === undefined;

/** Answers `CreateSecret`. @throws AwsError as Secrets Manager words it. */
export const createSecret = (store: SecretStore, place: Place, input: Input) => {
  const request = parse(SCHEMAS.create, input);
  const { Name: name, Description } = request;
  if (!/^[\w/+=.@-]{1,512}$/.test(name)) {
    throw new AwsError(
      "ValidationException",
      "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
    );
  }
  const existing = store.secrets.get(name);
  if (existing !== undefined) refuseSecondCreation(existing, request);
  const now = epochSeconds();
  const secret: Secret = existing ?? {
    arn: arnOf(place, "secretsmanager", `secret:${name}-${randomSuffix()}`),
    name,
    description: Description,
    createdDate: now,
    lastChangedDate: now,
    deletedDate: undefined,
    versions: {},
  };
  const created = hasContent(request) ? putValue(store, secret, request) : identityOf(secret);
  store.secrets.set(name, secret);
  store.save();
  return created;
};

/** Creating again with the same token and value is a repetition of the same request, and everything else is refused. */
const refuseSecondCreation = (existing: Secret, request: z.infer<typeof SCHEMAS.create>): void => {
  const { ClientRequestToken: token, SecretString, SecretBinary } = request;
  if (!isLiving(existing)) {
    const message = "You can't create this secret because a secret with this name is already scheduled for deletion.";
    throw new AwsError("InvalidRequestException", message);
  }
  const version = token === undefined ? undefined : existing.versions[token];
  if (version !== undefined && version.SecretString === SecretString && version.SecretBinary === SecretBinary) return;
  const message = `The operation failed because the secret ${existing.name} already exists.`;
  throw new AwsError("ResourceExistsException", message);
};

const updateSecret = (store: SecretStore, input: Input) => {
  const request = parse(SCHEMAS.update, input);
  const secret = findLiving(store, request.SecretId);
  if (request.Description !== undefined) secret.description = request.Description;
  const updated = hasContent(request) ? putValue(store, secret, request) : identityOf(secret);
  store.save();
  return updated;
};

type ContentRequest = SecretContent & { readonly ClientRequestToken?: string | undefined };

const hasContent = ({ SecretString, SecretBinary }: SecretContent): boolean =>
  SecretString !== undefined || SecretBinary !== undefined;

const putValue = (store: SecretStore, secret: Secret, request: ContentRequest, stages = ["AWSCURRENT"]) => {
  const { SecretString, SecretBinary, ClientRequestToken: id = randomUUID() } = request;
  const value = SecretString ?? SecretBinary;
  if (value === undefined || (SecretString !== undefined && SecretBinary !== undefined)) {
    throw new AwsError("InvalidParameterException", "You must provide either SecretString or SecretBinary.");
  }
  if (Buffer.byteLength(value) > MAX_SECRET_BYTES) {
    throw new AwsError("InvalidParameterException", `A secret value has at most ${MAX_SECRET_BYTES} bytes.`);
  }
  if (id.length < 32 || id.length > 64) {
    throw new AwsError("InvalidParameterException", "ClientRequestToken must be 32-64 characters long.");
  }
  addVersion(secret, { id, content: { SecretString, SecretBinary }, stages, now: epochSeconds() });
  store.save();
  return { ...identityOf(secret), VersionId: id, VersionStages: secret.versions[id]?.stages ?? [] };
};

const deleteSecret = (store: SecretStore, input: Input) => {
  const { SecretId, ForceDeleteWithoutRecovery, RecoveryWindowInDays = 30 } = parse(SCHEMAS.remove, input);
  const secret = ForceDeleteWithoutRecovery ? find(store, SecretId) : findLiving(store, SecretId);
  const now = epochSeconds();
  secret.deletedDate = now;
  if (ForceDeleteWithoutRecovery) store.secrets.delete(secret.name);
  store.save();
  return {
    ...identityOf(secret),
    DeletionDate: ForceDeleteWithoutRecovery ? now : now + RecoveryWindowInDays * 86_400,
  };
};

const identityOf = ({ arn, name }: Secret) => ({ ARN: arn, Name: name });

const describe = (secret: Secret) => ({
  ...identityOf(secret),
  Description: secret.description,
  CreatedDate: secret.createdDate,
  LastChangedDate: secret.lastChangedDate,
  DeletedDate: secret.deletedDate,
  VersionIdsToStages: Object.fromEntries(
    Object.entries(secret.versions).flatMap(([id, { stages }]) => (stages.length === 0 ? [] : [[id, stages]])),
  ),
});

const describeVersion = ([id, { stages, createdDate }]: readonly [string, Secret["versions"][string]]) => ({
  VersionId: id,
  VersionStages: stages,
  CreatedDate: createdDate,
});

const epochSeconds = (): number => Date.now() / 1000;

const randomSuffix = (): string =>
  [...randomBytes(6)].map((byte) => "abcdefghijklmnopqrstuvwxyzABCDEF"[byte % 32]).join("");
