import * as z from "zod";
import { CLONE_SUFFIX } from "../lambda/rotation/contract";
import { user } from "./user-schema";
import { distinct, flag, integer, oneNumberOf, oneOf, strict, text } from "./values";

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const userName = text(
  /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  "must be 1 to 40 lower-case letters, digits and single hyphens, beginning with a letter",
);

/** Two ARNs a user in an inline role policy of at most 10,240 characters. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MOST_USERS = 20;

const passwords = strict({
  /** Characters of a password, 16 to 128. @default 32 */
  length: integer("characters", 16, 128).optional(),
  /** Characters that never occur in a password. @default the engine's own, at least /@"'\ */
  excludeCharacters: text(
    /^(?!.*[$%]\{)[!-~]{0,64}$/,
    "must be at most 64 printable ASCII characters without spaces, { not right after $ or % (Terraform's templates)",
  ).optional(),
  /** Leaves digits out. @default false */
  excludeNumbers: flag().optional(),
  /** Leaves punctuation out. @default false */
  excludePunctuation: flag().optional(),
  /** Leaves upper-case letters out. @default false */
  excludeUppercase: flag().optional(),
  /** Leaves lower-case letters out. @default false */
  excludeLowercase: flag().optional(),
  /** Puts at least one character of each class into every password. @default true */
  requireEachIncludedType: flag().optional(),
});

export const database = strict({
  /** Database engine. @default postgres */
  engine: oneOf(["postgres"]).default("postgres"),
  /** Major version, which RDS keeps at its newest minor version, or an exact one. 13 to 18. @default 17 */
  engineVersion: text(
    /^1[3-8](\.\d{1,2})?$/,
    'must be a PostgreSQL version from 13 to 18, such as "17"',
  ).default("17"),
  /** Name of the database made with the instance. @default the database's key, with _ for - */
  databaseName: text(
    /^[a-z][a-z0-9_]{0,62}$/,
    "must be 1 to 63 lower-case letters, digits and _, beginning with a letter",
  ).optional(),
  /** The instance's master user, whose password RDS keeps and rotates. @default rotation_admin */
  adminUsername: text(
    /^(?!admin$|pg_|rds)[a-z][a-z0-9_]{0,62}$/,
    "must be 1 to 63 lower-case letters, digits and _, beginning with a letter, not admin, pg_… or rds…",
  ).default("rotation_admin"),
  /** TCP port, 1150 to 65535. @default 5432 */
  port: z
    .int({ error: "must be a port from 1150 to 65535" })
    .min(1150, { error: "must be a port from 1150 to 65535" })
    .max(65_535, { error: "must be a port from 1150 to 65535" })
    .default(5432),
  /** Class of the instance. @default db.t4g.micro */
  instanceClass: text(
    /^db\.[a-z0-9-]+\.[a-z0-9]+$/,
    "must be an RDS instance class such as db.t4g.micro",
  ).default("db.t4g.micro"),
  /** Storage to begin with, gp3, in GiB: 20 to 65536. @default 20 */
  allocatedStorageGib: integer("GiB", 20, 65_536).default(20),
  /** Storage it may grow to by itself, in GiB: 20 to 65536. @default 100 */
  maxAllocatedStorageGib: integer("GiB", 20, 65_536).default(100),
  /** Whether a standby in a second availability zone takes over. @default false */
  multiAz: flag().default(false),
  /** Days that automated backups are kept, 1 to 35. @default 7 */
  backupRetentionDays: integer("days", 1, 35).default(7),
  /** Whether the instance refuses to be deleted. @default true */
  deletionProtection: flag().default(true),
  /** Whether IAM identities may log in with a token instead of a password. @default false */
  iamAuthentication: flag().default(false),
  /** Days that the logs of the database and of its function are kept. @default 90 */
  logRetentionDays: oneNumberOf("days", LOG_RETENTION_DAYS).default(90),
  /** Days a deleted key can be restored, 7 to 30; without the key neither data nor backups can be read. @default 30 */
  keyDeletionWindowDays: integer("days", 7, 30).default(30),
  /** Ids of up to 20 security groups whose members may connect to the database. @default none */
  clientSecurityGroupIds: distinct(
    text(/^sg-[0-9a-f]{8,17}$/, "must be a security group id, sg-…"),
    0,
    20,
    "must be at most 20 security group ids",
  ).default([]),
  /** What generated passwords look like. */
  passwords: passwords.prefault({}),
  /** Users with a secret each, 1 to 20, by name. The name is in the secret's: renaming is replacing. */
  users: z
    .record(userName, user, { error: "must be users by name" })
    .refine((users) => Object.keys(users).length >= 1 && Object.keys(users).length <= MOST_USERS, {
      error: `must be 1 to ${MOST_USERS} users`,
    }),
}).superRefine((settings, context) => {
  const report = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
  if (settings.maxAllocatedStorageGib < settings.allocatedStorageGib) {
    report(
      ["maxAllocatedStorageGib"],
      `must be at least allocatedStorageGib, which is ${settings.allocatedStorageGib}`,
    );
  }
  const owners = new Map([[settings.adminUsername, "the master user"]]);
  for (const [name, { username: role = name, strategy }] of Object.entries(settings.users)) {
    const path = ["users", name, "username"];
    if (role.endsWith(CLONE_SUFFIX)) {
      report(path, `must not end in ${CLONE_SUFFIX}, which names the second of two alternating users`);
    }
    if (strategy === "alternating-users" && role.length + CLONE_SUFFIX.length > 63) {
      report(
        path,
        `must be at most ${63 - CLONE_SUFFIX.length} characters, to leave room for ${CLONE_SUFFIX}`,
      );
    }
    const owner = owners.get(role);
    if (owner !== undefined) report(path, `must not be "${role}", which is ${owner}`);
    owners.set(role, `user ${name}`);
  }
});
