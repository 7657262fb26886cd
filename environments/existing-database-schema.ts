import * as z from "zod";
import { STRATEGIES } from "../lambda/rotation/contract";
import { keyArn, secretArn } from "./arns";
import { ENGINES, type EngineName } from "./engines";
import { passwordProblem, passwords } from "./password-schema";
import { retention } from "./retention-schema";
import { rotation } from "./rotation-schema";
import { MOST_USERS, userName } from "./user-schema";
import { oneOf, resourceId, strict, text } from "./values";

/** Engines as secrets name them, and whose function rotates them. */
export const EXISTING_ENGINES = {
  postgres: "postgres",
  "aurora-postgresql": "postgres",
  mysql: "mysql",
  "aurora-mysql": "mysql",
  mariadb: "mariadb",
} as const satisfies Readonly<Record<string, EngineName>>;
const EXISTING_ENGINE_NAMES = [
  "postgres",
  "aurora-postgresql",
  "mysql",
  "aurora-mysql",
  "mariadb",
] as const satisfies readonly (keyof typeof EXISTING_ENGINES)[];

/** Secrets that a service makes and rotates itself, RDS's as rds!db-…. */
const OWNED_BY_A_SERVICE = /:secret:[a-z-]+!/;

const PORT_MUST_BE = "must be a port from 1 to 65535";

/** Of the 10,240 of a role's inline policies. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MOST_ARN_CHARACTERS = 6_000;

/** A secret that exists, and the key it is encrypted with. */
const secret = {
  /** ARN of the secret, with the six characters at its end. */
  secretArn,
  /** ARN of the key that encrypts it, where its policy lets this account's IAM decide. @default aws/secretsmanager */
  kmsKeyArn: keyArn.optional(),
};

/** A user whose secret is rotated as it is; user, grants, policy and tags stay their owner's. */
const user = strict({
  ...secret,
  /** When the credentials rotate. */
  rotation: rotation.prefault({}),
});

/** A database that exists, made and run by somebody else: its secrets are rotated, and nothing else is touched. */
export const existingDatabase = strict({
  /** Adopts a database instead of making one. */
  source: z.literal("existing"),
  /** Engine, as the secrets name it. */
  engine: oneOf(EXISTING_ENGINE_NAMES),
  /** Identifier of the instance, of an Aurora cluster for the aurora engines. */
  identifier: text(
    /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    "must be the identifier of an RDS instance or cluster: 1 to 63 lower-case letters, digits and single hyphens",
  ),
  /** Host name, which the server's certificate has to be for. */
  host: text(
    /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$/,
    "must be a host name in lower case, not an address: the server's certificate is checked against it",
  ),
  /** TCP port, 1 to 65535. */
  port: z.int({ error: PORT_MUST_BE }).min(1, { error: PORT_MUST_BE }).max(65_535, { error: PORT_MUST_BE }),
  /** Id of the database's security group; the function is let in, and reaches no other. */
  securityGroupId: resourceId("sg", "a security group id"),
  /** The admin's secret, as masterarn in the users' secrets names it: read, never rotated. @default none: users repair themselves only */
  adminSecret: strict(secret).optional(),
  /** How credentials change where a secret has no tag rotation-strategy; alternating-users needs adminSecret. @default single-user */
  strategy: oneOf(STRATEGIES).default("single-user"),
  ...retention,
  /** What generated passwords look like. */
  passwords: passwords.prefault({}),
  /** Users whose secrets are rotated, 1 to 20, by name; a name is in resource addresses only. */
  users: z
    .record(userName, user, { error: "must be users by name" })
    .refine((users) => Object.keys(users).length >= 1 && Object.keys(users).length <= MOST_USERS, {
      error: `must be 1 to ${MOST_USERS} users`,
    }),
}).superRefine(({ engine, passwords, strategy, adminSecret, users }, context) => {
  const report = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
  const problem = passwordProblem(passwords, ENGINES[EXISTING_ENGINES[engine]]);
  if (problem !== undefined) report(["passwords"], problem);
  if (strategy === "alternating-users" && adminSecret === undefined) {
    report(
      ["adminSecret"],
      "must be given for alternating-users: the admin makes and grants the second user",
    );
  }
  const secrets = [...Object.values(users), ...(adminSecret === undefined ? [] : [adminSecret])];
  if (policyCharacters(secrets) > MOST_ARN_CHARACTERS) {
    report(
      ["users"],
      `must have secrets whose ARNs have at most ${MOST_ARN_CHARACTERS} characters together, twice those with ` +
        "a kmsKeyArn: they all stand in the function's role",
    );
  }
  const owners = new Map([[adminSecret?.secretArn, "the admin's"]]);
  for (const [name, { secretArn }] of Object.entries(users)) {
    const path = ["users", name, "secretArn"];
    if (OWNED_BY_A_SERVICE.test(secretArn)) {
      report(path, "must not be a secret that another service owns and rotates itself");
    }
    const owner = owners.get(secretArn);
    if (owner !== undefined) report(path, `must not be ${owner} secret`);
    owners.set(secretArn, `user ${name}'s`);
  }
});

/** How long the ARNs are in the role's policy: a secret's again as the key's encryption context, each key's once. */
function policyCharacters(secrets: readonly z.output<ReturnType<typeof strict<typeof secret>>>[]): number {
  const encrypted = secrets.filter(({ kmsKeyArn }) => kmsKeyArn !== undefined);
  const keys = new Set(encrypted.map(({ kmsKeyArn }) => kmsKeyArn));
  return [...[...secrets, ...encrypted].map(({ secretArn }) => secretArn), ...keys].join("").length;
}

export type ExistingDatabaseSettings = z.output<typeof existingDatabase>;
