/**
 * What the Terraform stacks and the rotation function must agree on: types and constants, nothing else.
 * The stacks may import this file; the function imports nothing from the stacks.
 */

/**
 * Environment variables of the function. All are optional. Names are those of AWS's own rotation functions
 * where those have one, so that a function can be swapped without touching its settings.
 */
export const ENVIRONMENT_VARIABLES = {
  /** Characters never used in a password. @default the engine's own list, at least /@"'\ */
  excludeCharacters: "EXCLUDE_CHARACTERS",
  /** Length of a password, in characters. @default 32 (Oracle 30) */
  passwordLength: "PASSWORD_LENGTH",
  /** "true" leaves digits out of passwords. @default "false" */
  excludeNumbers: "EXCLUDE_NUMBERS",
  /** "true" leaves punctuation out of passwords. @default "false" */
  excludePunctuation: "EXCLUDE_PUNCTUATION",
  /** "true" leaves upper-case letters out of passwords. @default "false" */
  excludeUppercase: "EXCLUDE_UPPERCASE",
  /** "true" leaves lower-case letters out of passwords. @default "false" */
  excludeLowercase: "EXCLUDE_LOWERCASE",
  /** "true" puts at least one character of each class that is not excluded into a password. @default "true" */
  requireEachIncludedType: "REQUIRE_EACH_INCLUDED_TYPE",
  /** Endpoint of Secrets Manager, a URL. @default the SDK's own, which honours AWS_ENDPOINT_URL */
  secretsManagerEndpoint: "SECRETS_MANAGER_ENDPOINT",
  /** File of PEM certificates trusted for databases, besides Amazon's RDS CAs. @default none */
  databaseCaFile: "DATABASE_CA_FILE",
  /** Strategy for secrets that carry no tag of that name. @default see {@link STRATEGY_TAG} */
  rotationStrategy: "ROTATION_STRATEGY",
} as const;

/**
 * How one secret's credentials are rotated. single-user: the user changes its own password. alternating-users:
 * the user and its clone take turns, so that the credentials in use stay valid for one more rotation.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotation-strategy.html
 */
export const STRATEGIES = ["single-user", "alternating-users"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** What alternating-users appends for the second user: AWS's own name, so that its functions' users carry over. */
export const CLONE_SUFFIX = "_clone";

/** Tag on a secret that names its strategy; wins over the environment variable. @default "single-user" */
export const STRATEGY_TAG = "rotation-strategy";

/**
 * Metrics that the function writes into its log in CloudWatch's embedded metric format, each by FunctionName and
 * by FunctionName and Secret (the secret's name).
 */
export const METRICS = {
  namespace: "SecretRotation",
  /** Count: AWSCURRENT moved to a new version. */
  rotations: "Rotations",
  /** Count: a step failed; Secrets Manager will try again. */
  failures: "Failures",
  /** Count: AWSCURRENT's password was not what the database had, and was mended. Also by FunctionName and Kind. */
  repairs: "Repairs",
  /** Milliseconds of a step that succeeded. Also by FunctionName and Step. */
  stepDuration: "StepDuration",
} as const;

/** What mended a user: the values of the dimension Kind of {@link METRICS.repairs}. */
export const REPAIR_KINDS = [
  /** The password of a cancelled rotation was carried forward. */
  "carried-forward",
  /** AWSPREVIOUS logged in. */
  "previous",
  /** A version without a label logged in. */
  "unlabelled",
  /** The admin set the password. */
  "admin",
  /** A pending value could not pass, and the password of AWSCURRENT was put back. */
  "restored",
] as const;
export type RepairKind = (typeof REPAIR_KINDS)[number];

/** The steps Secrets Manager calls, in its order. */
export const ROTATION_STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"] as const;
export type RotationStep = (typeof ROTATION_STEPS)[number];

/**
 * What a user may do in one schema of the secret's database, existing and future objects alike.
 * readonly: SELECT. readwrite: and INSERT, UPDATE, DELETE, sequences. owner: everything, and CREATE.
 */
export const PRIVILEGES = ["readonly", "readwrite", "owner"] as const;
export type Privilege = (typeof PRIVILEGES)[number];

export interface Grant {
  readonly privilege: Privilege;
  /** Name of the schema; on MySQL and MariaDB, of the database. Created where it does not exist. */
  readonly schema: string;
}

/**
 * The secret's JSON but for its password: AWS's own shape, which its client libraries read.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 */
export interface ConnectionFacts {
  /** "postgres", "aurora-postgresql", … */
  readonly engine: string;
  readonly host: string;
  /** @default the engine's usual port */
  readonly port?: number | undefined;
  readonly username: string;
  /** @default the engine's usual database ("postgres") */
  readonly dbname?: string | undefined;
  readonly dbInstanceIdentifier?: string | undefined;
  /** ARN of the admin's secret, used to create the user and to repair it. */
  readonly masterarn?: string | undefined;
}

/**
 * Input of our own step, sent once by Terraform when the user is declared and again when the declaration
 * changes. It holds no secret: the function makes the first password itself.
 */
export interface InitializeSecretEvent {
  readonly Step: "initializeSecret";
  /** ARN or name of the user's secret. */
  readonly SecretId: string;
  /** What the secret's first version will hold besides the password; masterarn is required. */
  readonly Connection: ConnectionFacts & { readonly masterarn: string };
  /** Everything the user may do; what it has beyond this on schemas is revoked. */
  readonly Grants: readonly Grant[];
}

/** What the function answers to {@link InitializeSecretEvent}: facts, never a secret. */
export interface InitializeSecretResult {
  readonly SecretId: string;
  /** Version under AWSCURRENT. */
  readonly VersionId: string;
  /** "created": first value written; "verified": an existing value logs in; "repaired": it did not, now it does. */
  readonly Outcome: "created" | "verified" | "repaired";
  readonly Username: string;
}
