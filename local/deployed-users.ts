import { z } from "zod";
import {
  type InitializeSecretEvent,
  STRATEGIES,
  STRATEGY_TAG,
  type Strategy,
} from "../lambda/rotation/contract";
import type { InvocationDeclaration, ScheduleDeclaration, StackDeclaration } from "./declaration";
import { type Attributes, resolveJson, resolveText } from "./references";

/** A database user as the stack declares it. */
export interface DeployedUser {
  readonly username: string;
  readonly strategy: Strategy;
  readonly secretArn: string;
  readonly functionArn: string;
  /** The function's input, all references resolved. */
  readonly input: InitializeSecretEvent;
  /** Port in the declaration, where it differs from the local one. */
  readonly declaredPort: number | undefined;
  readonly schedule: ScheduleDeclaration;
}

/** What the local run itself looks at; everything else passes through to the function, which checks it. */
const Input = z.looseObject({
  Step: z.literal("initializeSecret"),
  SecretId: z.string(),
  Connection: z.looseObject({ username: z.string(), port: z.number().optional() }),
});

/** Reads the users from the stack's invocations and joins each with its schedule. */
export function deployedUsers(
  stack: StackDeclaration,
  attributes: Attributes,
  localPort: number,
): DeployedUser[] {
  const schedules = [...stack.schedules].map(([id, schedule]) => ({
    secretArn: resolveText(
      schedule.secret_id,
      attributes,
      `aws_secretsmanager_secret_rotation.${id} secret_id`,
    ),
    functionArn: resolveText(
      schedule.rotation_lambda_arn,
      attributes,
      `aws_secretsmanager_secret_rotation.${id} rotation_lambda_arn`,
    ),
    schedule,
  }));
  return [...stack.invocations].map(([id, invocation]) => {
    const { input, declaredPort } = resolveInput(`aws_lambda_invocation.${id} input`, invocation, attributes);
    const scheduled = schedules.find(({ secretArn }) => secretArn === input.SecretId);
    if (scheduled === undefined) {
      throw new Error(`${stack.name}: no aws_secretsmanager_secret_rotation for the secret of ${id}`);
    }
    const connection = { ...input.Connection, port: localPort };
    return {
      ...scheduled,
      username: connection.username,
      strategy: strategyOf(input.SecretId, stack, attributes),
      input: { ...input, Connection: connection },
      declaredPort,
    };
  });
}

/** By the secret's tag, which the function reads too. */
function strategyOf(secretArn: string, stack: StackDeclaration, attributes: Attributes): Strategy {
  for (const [id, { tags }] of stack.secrets) {
    if (attributes.get(`aws_secretsmanager_secret.${id}.arn`) !== secretArn) continue;
    return z.enum(STRATEGIES).default("single-user").parse(tags[STRATEGY_TAG]);
  }
  throw new Error(`${stack.name}: no aws_secretsmanager_secret ${secretArn}`);
}

function resolveInput(where: string, invocation: InvocationDeclaration, attributes: Attributes) {
  const resolved = resolveJson(invocation.input, attributes, where);
  const checked = Input.safeParse(resolved);
  if (!checked.success) throw new Error(`${where} is not an input of initializeSecret: ${checked.error}`);
  // Checked above as far as it is used here; the function checks the rest.
  const input = resolved as InitializeSecretEvent;
  return { input: withLifecycle(input, invocation), declaredPort: checked.data.Connection.port };
}

/** With scope CRUD the provider adds what it is doing. https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_invocation */
function withLifecycle(
  input: InitializeSecretEvent,
  invocation: InvocationDeclaration,
): InitializeSecretEvent {
  if (invocation.lifecycle_scope !== "CRUD") return input;
  return { ...input, ...{ tf: { action: "create", prev_input: null } } };
}
