import * as z from "zod/mini";
import { type InitializeSecretEvent, PRIVILEGES, ROTATION_STEPS, type RotationStep } from "./contract";
import { EventError } from "./errors";

/** What Secrets Manager sends. https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html */
export interface RotationEvent {
  readonly Step: RotationStep;
  readonly SecretId: string;
  /** Id of the version that the rotation makes. */
  readonly ClientRequestToken: string;
  /** Passed on with PutSecretValue where the event has one. */
  readonly RotationToken?: string | undefined;
}

// Lengths and characters are those of the API reference of DescribeSecret and PutSecretValue.
const secretId = z.string().check(z.regex(/^[\w/+=.@:!-]{1,2048}$/));
const token = z.string().check(z.regex(/^[A-Za-z0-9-]{32,64}$/));
const name = z.string().check(z.minLength(1), z.maxLength(255));

const rotationEvent = z.object({
  Step: z.enum(ROTATION_STEPS),
  SecretId: secretId,
  ClientRequestToken: token,
  RotationToken: z.optional(z.string().check(z.regex(/^[A-Za-z0-9-]{36,256}$/))),
});

const initializeSecretEvent = z.object({
  Step: z.literal("initializeSecret"),
  SecretId: secretId,
  Connection: z.object({
    engine: name,
    host: name,
    port: z.optional(z.int().check(z.gte(1), z.lte(65_535))),
    username: name,
    dbname: z.optional(name),
    dbInstanceIdentifier: z.optional(name),
    masterarn: secretId,
  }),
  Grants: z.array(z.object({ privilege: z.enum(PRIVILEGES), schema: name })),
});

const EXPECTED: Readonly<Record<string, string>> = {
  Step: `one of ${[...ROTATION_STEPS, "initializeSecret"].join(", ")}`,
  SecretId: "a secret's ARN or name",
  ClientRequestToken: "32 to 64 letters, digits and hyphens",
  RotationToken: "36 to 256 letters, digits and hyphens, or absent",
  "Connection.port": "a number from 1 to 65535, or absent",
  "Connection.masterarn": "the ARN of the admin's secret",
  Grants: `a list of { privilege: ${PRIVILEGES.join(" | ")}, schema: a name }`,
};

/** @throws EventError naming each wrong field, its value and what would be right */
export function parseEvent(event: unknown): RotationEvent | InitializeSecretEvent {
  const step = (event as { Step?: unknown } | null)?.Step;
  const type = step === "initializeSecret" ? initializeSecretEvent : rotationEvent;
  const result = type.safeParse(event);
  if (result.success) return result.data;
  const problems = result.error.issues.map(({ path }) => {
    const field = path.join(".");
    const expected = EXPECTED[field] ?? EXPECTED[String(path[0])] ?? "text of 1 to 255 characters";
    return field === ""
      ? "it must be an object"
      : `${field} must be ${expected}, got ${shown(valueAt(event, path))}`;
  });
  throw new EventError(
    `Not an event of Secrets Manager or of a deployment: ${[...new Set(problems)].join("; ")}.`,
  );
}

function valueAt(event: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    event,
  );
}

/** As JSON, which escapes line breaks and control characters of a forged field, and short. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? "nothing";
  return json.length > 80 ? `${json.slice(0, 80)}…` : json;
}
