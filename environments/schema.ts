import * as z from "zod";
import { parseArn, region } from "./arns";
import { crossCheckProblems } from "./cross-checks";
import { database } from "./database-schema";
import { existingDatabase } from "./existing-database-schema";
import { monitoring } from "./monitoring-schema";
import { network } from "./network-schema";
import { alternatives, strict, text } from "./values";

export type { DatabaseInput, DatabaseSettings } from "./database-schema";
export type { ExistingDatabaseSettings } from "./existing-database-schema";
export type { MonitoringSettings } from "./monitoring-schema";
export type {
  ExistingNetworkSettings,
  FlowLogSettings,
  NetworkSettings,
  OwnNetworkSettings,
} from "./network-schema";
export type { UserSettings } from "./user-schema";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketName = text(
  /^(?!xn--|sthree-|amzn-s3-demo-|(\d+\.){3}\d+$)(?!.*(\.\.|-s3alias$|--ol-s3$|\.mrap$|--x-s3$|--table-s3$))[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "must be the name of an S3 bucket: 3 to 63 lower-case letters, digits, hyphens and single dots, in none of S3's own forms",
);

/** Where Terraform keeps its state. */
export const stateBackend = alternatives(
  "type",
  [
    strict({
      /** Files in the project's folder, terraform.<stack>.tfstate: for trying out, not for a team. */
      type: z.literal("local"),
    }),
    strict({
      /** A shared bucket with S3's own locking; one object a stack. Terraform 1.11 or newer. */
      type: z.literal("s3"),
      /** Name of the bucket, 3 to 63 characters. */
      bucket: bucketName,
      /** Region of the bucket. */
      region,
      /** ARN of the key that encrypts the state. @default the bucket's own encryption */
      kmsKeyArn: text(
        /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|key\/mrk-[0-9a-f]{32}|alias\/[\w/-]+)$/,
        "must be the ARN of a KMS key or alias",
      ).optional(),
    }).superRefine(({ region, kmsKeyArn }, context) => {
      const keyRegion = parseArn(kmsKeyArn ?? "").region;
      if (keyRegion === "" || keyRegion === region) return;
      context.addIssue({
        code: "custom",
        path: ["kmsKeyArn"],
        message: `must be the ARN of a KMS key in ${region}, where the bucket is`,
      });
    }),
  ],
  '"local" or "s3"',
);

/** Not those that the stacks set themselves, nor AWS's own; to IAM, Owner and owner are the same. */
const OWN_TAGS =
  /^(?!aws:)(?!(project|environment|database|managed-by|rotation-strategy)$)[\w .:/=+@-]{1,128}$/i;

/** What follows "<environment>-" in the names of other stacks and keys. */
const NOT_A_DATABASE = ["monitoring", "network", "rotation-alerts", "vpc-flow-logs"];

const databaseName = z
  .string({ error: "must be text" })
  .regex(/^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/, {
    error: "must be 1 to 40 lower-case letters, digits and single hyphens, beginning with a letter",
  })
  .refine((name) => !NOT_A_DATABASE.includes(name), {
    error: `must not be ${NOT_A_DATABASE.join(", ")}: other things of the environment have these names`,
  });

/** Made here, or existing. */
const databaseOfEitherSource = alternatives(
  "source",
  [database, existingDatabase],
  '"own", "existing" or left out',
);

/** Tags on everything, besides those that the stacks set. */
export const tags = z
  .record(
    z.string().regex(OWN_TAGS, { error: "must be a tag's key that is not taken by AWS or by the stacks" }),
    text(
      /^[\w .:/=+@-]{0,256}$/,
      "must be a tag's value of at most 256 letters, digits, spaces, _, ., :, /, =, +, - and @",
    ),
  )
  .refine((tags) => Object.keys(tags).length <= 40, { error: "must be at most 40 tags" })
  .refine(
    (tags) => new Set(Object.keys(tags).map((key) => key.toLowerCase())).size === Object.keys(tags).length,
    {
      error: "must have keys that differ in more than their case",
    },
  )
  .default({});

export const environment = strict({
  /** AWS region of everything in the environment. */
  region,
  /** The 12 digits of the only AWS account that may be touched. @default whichever the credentials belong to */
  accountId: text(/^\d{12}$/, "must be the 12 digits of an AWS account").optional(),
  /** Where Terraform keeps its state. @default local */
  stateBackend: stateBackend.default({ type: "local" }),
  /** The VPC: made here, or an existing one. */
  network,
  /** How rotations are watched, and who is told when one fails. */
  monitoring: monitoring.prefault({}),
  /** Tags on everything, besides project, environment, database and managed-by. At most 40. @default none */
  tags,
  /** Databases by name. The name is in stack ids, resource names and addresses: renaming is replacing. */
  databases: z
    .record(databaseName, databaseOfEitherSource, { error: "must be databases by name" })
    .refine((databases) => Object.keys(databases).length > 0, { error: "must be at least one database" }),
}).superRefine((settings, context) => {
  for (const [path, message] of crossCheckProblems(settings)) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
});

/**
 * Name of an environment: no hyphen, so that "<environment>-<database>" is read one way only, and nothing that names
 * or tags of the bootstrap's own have.
 */
export const environmentName = text(
  /^(?!(account|bootstrap)$)[a-z][a-z0-9]{0,11}$/,
  "must be 1 to 12 lower-case letters and digits, beginning with a letter, neither account nor bootstrap",
);

/** An environment as its file states it. */
export type EnvironmentInput = z.input<typeof environment>;
/** An environment with its defaults. */
export type EnvironmentSettings = z.output<typeof environment>;
export type StateBackend = EnvironmentSettings["stateBackend"];
