import { z } from "zod";
import { nextRotation, type SecretRotation } from "./secret-rotation";
import { CURRENT, type Secret, type SecretStore, SecretsManagerError, type Version } from "./secret-store";

/** Handles one operation: takes the request's JSON, answers the response's. */
export type Operation = (input: unknown) => Record<string, unknown>;

// Limits as on each operation's page below https://docs.aws.amazon.com/secretsmanager/latest/apireference/
const SecretId = z.string().min(1).max(2048);
const VersionId = z.string().min(32).max(64);
const Label = z.string().min(1).max(256);
const Tags = z.array(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }));
const value = { SecretString: z.string().max(65_536).optional(), SecretBinary: z.string().optional() };

const schemas = {
  secret: z.object({ SecretId }),
  create: z.object({
    Name: z.string().min(1).max(512),
    ClientRequestToken: VersionId,
    Description: z.string().max(2048).optional(),
    KmsKeyId: z.string().max(2048).optional(),
    Tags: Tags.optional(),
    ...value,
  }),
  read: z.object({ SecretId, VersionId: VersionId.optional(), VersionStage: Label.optional() }),
  put: z.object({
    SecretId,
    ClientRequestToken: VersionId,
    VersionStages: z.array(Label).min(1).max(20).optional(),
    ...value,
  }),
  move: z.object({
    SecretId,
    VersionStage: Label,
    MoveToVersionId: VersionId.optional(),
    RemoveFromVersionId: VersionId.optional(),
  }),
  list: z.object({
    SecretId,
    IncludeDeprecated: z.boolean().optional(),
    MaxResults: z.number().int().min(1).max(100).default(100),
    NextToken: z.string().regex(/^\d+$/).optional(),
  }),
  rotate: z.object({
    SecretId,
    ClientRequestToken: VersionId,
    RotationLambdaARN: z.string().max(2048).optional(),
    RotationRules: z
      .object({
        AutomaticallyAfterDays: z.number().int().min(1).max(1000).optional(),
        Duration: z
          .string()
          .regex(/^[0-9]{1,2}h$/)
          .optional(),
        ScheduleExpression: z
          .string()
          .regex(/^(rate|cron)\(.+\)$/)
          .optional(),
      })
      .optional(),
    RotateImmediately: z.boolean().optional(),
  }),
  tag: z.object({ SecretId, Tags }),
  untag: z.object({ SecretId, TagKeys: z.array(z.string()) }),
};

/** The operations the endpoint knows, by name. */
export function secretsManagerOperations(
  store: SecretStore,
  rotation: SecretRotation,
): Readonly<Record<string, Operation>> {
  return {
    CreateSecret(input) {
      const request = parse(schemas.create, input);
      if (request.SecretString !== undefined || request.SecretBinary !== undefined) oneValue(request);
      const secret = store.create(request);
      const [version] = secret.versions.keys();
      return { ...identity(secret), ...(version === undefined ? {} : { VersionId: version }) };
    },

    DescribeSecret(input) {
      return description(store.find(parse(schemas.secret, input).SecretId));
    },

    GetSecretValue(input) {
      const request = parse(schemas.read, input);
      const secret = store.find(request.SecretId);
      const version = store.read(secret, request.VersionId, request.VersionStage);
      return { ...identity(secret), ...summary(version), ...version.value };
    },

    PutSecretValue(input) {
      const request = parse(schemas.put, input);
      oneValue(request);
      const secret = store.find(request.SecretId);
      const labels = request.VersionStages ?? [CURRENT];
      const version = store.put(secret, request.ClientRequestToken, request, labels);
      return { ...identity(secret), VersionId: version.id, VersionStages: [...version.labels] };
    },

    UpdateSecretVersionStage(input) {
      const request = parse(schemas.move, input);
      const secret = store.find(request.SecretId);
      store.moveLabel(secret, request);
      return identity(secret);
    },

    ListSecretVersionIds(input) {
      const request = parse(schemas.list, input);
      const secret = store.find(request.SecretId);
      const all = [...secret.versions.values()].filter(
        (version) => request.IncludeDeprecated || version.labels.size > 0,
      );
      const from = Number(request.NextToken ?? 0);
      const to = from + request.MaxResults;
      const page = { ...identity(secret), Versions: all.slice(from, to).map(summary) };
      return to < all.length ? { ...page, NextToken: String(to) } : page;
    },

    RotateSecret(input) {
      const request = parse(schemas.rotate, input);
      const secret = store.find(request.SecretId);
      rotation.rotate(secret, request);
      return { ...identity(secret), VersionId: request.ClientRequestToken };
    },

    CancelRotateSecret(input) {
      const secret = store.find(parse(schemas.secret, input).SecretId);
      const VersionId = rotation.cancel(secret);
      return { ...identity(secret), VersionId };
    },

    TagResource(input) {
      const request = parse(schemas.tag, input);
      const secret = store.find(request.SecretId);
      for (const { Key, Value } of request.Tags) secret.tags.set(Key, Value);
      return {};
    },

    UntagResource(input) {
      const request = parse(schemas.untag, input);
      const secret = store.find(request.SecretId);
      for (const key of request.TagKeys) secret.tags.delete(key);
      return {};
    },
  };
}

function identity(secret: Secret) {
  return { ARN: secret.arn, Name: secret.name };
}

function summary(version: Version) {
  return {
    VersionId: version.id,
    VersionStages: [...version.labels],
    CreatedDate: seconds(version.created),
  };
}

function description(secret: Secret): Record<string, unknown> {
  const labelled = [...secret.versions.values()].filter((version) => version.labels.size > 0);
  const next = nextRotation(secret);
  return {
    ...identity(secret),
    Description: secret.description,
    KmsKeyId: secret.kmsKeyId,
    RotationEnabled: secret.rotation?.enabled,
    RotationLambdaARN: secret.rotation?.functionArn,
    RotationRules: secret.rotation?.rules,
    LastRotatedDate: secret.lastRotated && seconds(secret.lastRotated),
    LastChangedDate: seconds(secret.changed),
    NextRotationDate: next && seconds(next),
    CreatedDate: seconds(secret.created),
    Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
    // A secret without versions has no such member.
    VersionIdsToStages:
      labelled.length === 0 ? undefined : Object.fromEntries(labelled.map((v) => [v.id, [...v.labels]])),
  };
}

/** The protocol's timestamps: seconds since 1970, with a fraction. */
function seconds(date: Date): number {
  return date.getTime() / 1000;
}

function oneValue(input: { SecretString?: string | undefined; SecretBinary?: string | undefined }): void {
  if ((input.SecretString === undefined) === (input.SecretBinary === undefined)) {
    throw new SecretsManagerError(
      "InvalidParameterException",
      "You must provide either SecretString or SecretBinary.",
    );
  }
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new SecretsManagerError(
    "ValidationException",
    `${problems.length} validation error detected: ${problems.join("; ")}`,
  );
}
