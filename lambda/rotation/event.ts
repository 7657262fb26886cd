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

/**
 * @throws EventError naming the field that is wrong; the field's value is left out, since anybody's text could
 * stand in it
 */
export function parseEvent(event: unknown): RotationEvent | InitializeSecretEvent {
  const step = (event as { Step?: unknown } | null)?.Step;
  const type = step === "initializeSecret" ? initializeSecretEvent : rotationEvent;
  const result = type.safeParse(event);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path }) => path.join(".") || "the event");
  throw new EventError(
    `Not an event of Secrets Manager or of the deployment: check ${[...new Set(fields)].join(", ")}. ` +
      `Step is one of ${[...ROTATION_STEPS, "initializeSecret"].join(", ")}.`,
  );
}
