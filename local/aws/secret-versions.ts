import { AwsError } from "./json-protocol.ts";
import type { Secret, SecretVersion } from "./secret-store.ts";

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

/** The content of a version, as a request gives it. */
export interface SecretContent {
  readonly SecretString?: string | undefined;
  readonly SecretBinary?: string | undefined;
}

/**
 * Adds a version and gives it its staging labels, taking them from the versions that had them; the one that loses
 * AWSCURRENT becomes AWSPREVIOUS. The same id with the same content again changes nothing.
 * @throws AwsError ResourceExistsException when the id is taken by other content.
 * Source: AWS Secrets Manager API reference, PutSecretValue.
 */
export const addVersion = (
  secret: Secret,
  version: {
    readonly id: string;
    readonly content: SecretContent;
    readonly stages: readonly string[];
    readonly now: number;
  },
): void => {
  const { id, content, now } = version;
  const existing = secret.versions[id];
  if (existing !== undefined) {
    if (existing.SecretString === content.SecretString && existing.SecretBinary === content.SecretBinary) return;
    throw new AwsError(
      "ResourceExistsException",
      `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
    );
  }
  const isFirst = Object.keys(secret.versions).length === 0;
  secret.versions[id] = { ...content, createdDate: now, stages: [] };
  for (const stage of isFirst ? new Set([CURRENT, ...version.stages]) : version.stages) moveStage(secret, stage, id);
  secret.lastChangedDate = now;
  forgetUnlabelled(secret);
};

const moveStage = (secret: Secret, stage: string, toId: string): void => {
  const holder = Object.entries(secret.versions).find(([, { stages }]) => stages.includes(stage));
  if (holder !== undefined) dropStage(holder[1], stage);
  secret.versions[toId]?.stages.push(stage);
  if (stage === CURRENT && holder !== undefined && holder[0] !== toId) moveStage(secret, PREVIOUS, holder[0]);
};

const dropStage = (version: SecretVersion, stage: string): void => {
  version.stages = version.stages.filter((candidate) => candidate !== stage);
};

/** Most versions without a label that stay; Secrets Manager deletes older ones in the background. */
const MAX_UNLABELLED = 100;

const forgetUnlabelled = (secret: Secret): void => {
  const unlabelled = Object.entries(secret.versions).filter(([, { stages }]) => stages.length === 0);
  for (const [id] of unlabelled.slice(0, -MAX_UNLABELLED)) delete secret.versions[id];
};

/**
 * The version that a request means: by id, by label, by both, or the current one.
 * @throws AwsError as Secrets Manager words it, when there is none.
 */
export const findVersion = (
  secret: Secret,
  wanted: { readonly versionId?: string | undefined; readonly stage?: string | undefined },
): { readonly id: string; readonly version: SecretVersion } => {
  const { versionId } = wanted;
  const stage = wanted.stage ?? (versionId === undefined ? CURRENT : undefined);
  const found = Object.entries(secret.versions).find(
    ([id, { stages }]) =>
      (versionId === undefined || id === versionId) && (stage === undefined || stages.includes(stage)),
  );
  if (found !== undefined) return { id: found[0], version: found[1] };
  if (versionId !== undefined && stage !== undefined && secret.versions[versionId] !== undefined) {
    throw new AwsError("InvalidRequestException", "The version ID and the staging label are of different versions.");
  }
  const what = versionId === undefined ? `staging label: ${stage}` : `VersionId: ${versionId}`;
  throw new AwsError("ResourceNotFoundException", `Secrets Manager can't find the specified secret value for ${what}`);
};
