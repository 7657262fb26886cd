import * as z from "zod";
import { PRIVILEGES, STRATEGIES } from "../lambda/rotation/contract";
import { keyArn, region, roleArn } from "./arns";
import { rotation } from "./rotation-schema";
import { distinct, oneOf, strict, text } from "./values";

const RECOVERY_WINDOW_MUST_BE = "must be 0, or a whole number of days from 7 to 30";

/** A user's key. */
export const userName = text(
  /^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  "must be 1 to 40 lower-case letters, digits and single hyphens, beginning with a letter",
);

/** A database user with a secret of its own. */
export const user = strict({
  /**
   * Name of the database's user, within the engine's rules (engines.ts); 6 characters less where users alternate.
   * @default the user's key
   */
  username: z.string({ error: "must be a user's name" }).optional(),
  /** How its credentials change: see the contract. @default single-user */
  strategy: oneOf(STRATEGIES).default("single-user"),
  /** All it may do on schemas of the database, a schema once; none lets it log in only. Others are revoked. */
  grants: z
    .array(
      strict({
        /** readonly, readwrite or owner: see the contract. */
        privilege: oneOf(PRIVILEGES),
        /** Name of the schema, on MySQL and MariaDB of the database; created where it does not exist. */
        schema: z.string({ error: "must be a schema's name" }),
      }),
      { error: "must be a list of grants, { privilege, schema }" },
    )
    .refine((grants) => new Set(grants.map(({ schema }) => schema)).size === grants.length, {
      error: "must name each schema once",
    }),
  /** When the credentials rotate. */
  rotation: rotation.prefault({}),
  /** Days a deleted secret can be restored: 7 to 30, or 0 for none. @default 30 */
  recoveryWindowDays: z
    .int({ error: RECOVERY_WINDOW_MUST_BE })
    .refine((days) => days === 0 || (days >= 7 && days <= 30), { error: RECOVERY_WINDOW_MUST_BE })
    .default(30),
  /**
   * ARNs of up to 20 IAM roles that may read the secret, of this account or of others, whose own policies have to
   * allow it too. The roles have to exist. @default whoever the account's IAM policies allow
   */
  readers: distinct(roleArn, 0, 20, "must be at most 20 ARNs of IAM roles").default([]),
  /** Regions that hold a replica of the secret, readers included; it is rotated here only. @default none */
  replicaRegions: z
    .record(
      region,
      strict({
        /** ARN of the key of the replica, in its region. @default aws/secretsmanager, for this account only */
        kmsKeyArn: keyArn.optional(),
      }),
      { error: 'must be settings by region, such as { "eu-central-1": {} }' },
    )
    .default({}),
});

/** Two ARNs a user in an inline role policy of at most 10,240 characters. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MOST_USERS = 20;

/** Of the 32 KB that a key policy may have. https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html */
export const MOST_READER_CHARACTERS = 16_000;

/** Users with a secret each, 1 to 20, by name. The name is in the secret's: renaming is replacing. */
export const users = z
  .record(userName, user, { error: "must be users by name" })
  .refine((users) => Object.keys(users).length >= 1 && Object.keys(users).length <= MOST_USERS, {
    error: `must be 1 to ${MOST_USERS} users`,
  })
  .refine((users) => readerCharacters(Object.values(users)) <= MOST_READER_CHARACTERS, {
    error:
      `must have readers whose ARNs have at most ${MOST_READER_CHARACTERS} characters together: they all stand in ` +
      "the key's policy",
  });

function readerCharacters(users: readonly UserSettings[]): number {
  return users.flatMap(({ readers }) => readers).join("").length;
}

export type UserSettings = z.output<typeof user>;
