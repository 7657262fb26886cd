import { createHash, randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { ENVIRONMENT_VARIABLES, type InitializeSecretResult } from "../lambda/rotation/contract";
import type { DatabaseServer } from "./database-server";
import { type FunctionDeclaration, only, type StackDeclaration } from "./declaration";
import { type DeployedUser, deployedUsers } from "./deployed-users";
import { type LocalFunction, loadFunction } from "./function";
import { resolveText } from "./references";
import type { RotationEvent, RotationReport, StepReport } from "./secret-rotation";
import { type SecretsManager, startSecretsManager } from "./secrets-manager";

/** A stack as it stands after `terraform apply`, but on this machine. */
export interface Deployment {
  readonly users: readonly DeployedUser[];
  /** The function's zip, as synthesized. */
  readonly archive: string;
  /** Endpoint of Secrets Manager, a URL. */
  readonly endpoint: string;
  readonly region: string;
  /** What differs from the same stack in AWS, a sentence each. */
  readonly differences: readonly string[];
  /** What the function has written, line by line. */
  readonly log: readonly string[];
  /** Plays aws_lambda_invocation. */
  initialize(user: DeployedUser): Promise<InitializeSecretResult>;
  /** Plays aws_secretsmanager_secret_rotation; resolves when what that sets off has ended. */
  enableSchedule(user: DeployedUser): Promise<RotationReport>;
  /** Rotates now; resolves when the rotation has ended. */
  rotate(user: DeployedUser): Promise<RotationReport>;
  /** The secret's current value, read as any client reads it. */
  currentValue(user: DeployedUser): Promise<string>;
  /** Staging labels by version id. */
  labels(user: DeployedUser): Promise<Readonly<Record<string, readonly string[]>>>;
  /** Ends the function and the endpoint. May be called twice. */
  stop(): Promise<void>;
}

export interface DeploymentOptions {
  readonly stack: StackDeclaration;
  /** Stands in for the stack's aws_db_instance. */
  readonly database: DatabaseServer;
  /** Told of every step of a rotation when it begins and when it has ended. */
  readonly onStep?: ((event: RotationEvent, report?: StepReport) => void) | undefined;
}

/** The number that AWS uses for accounts in its own examples. */
const ACCOUNT_ID = "123456789012";

/** Makes what Terraform makes before it invokes the function: the secrets, without values, and the function. */
export async function deploy(options: DeploymentOptions): Promise<Deployment> {
  const { stack, database } = options;
  const functions = new Map<string, LocalFunction>();
  const secretsManager = await startSecretsManager({
    region: stack.region,
    accountId: ACCOUNT_ID,
    onStep: options.onStep,
    invoke: (arn, event) => functionOf(functions, arn).invoke(event),
  });
  const client = new SecretsManagerClient({
    endpoint: secretsManager.url,
    region: stack.region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const stop = async () => {
    client.destroy();
    await secretsManager.stop(); // First, so that no further step is called.
    await Promise.all([...functions.values()].map((each) => each.stop()));
  };
  try {
    const attributes = new Map([["path.module", stack.folder]]);
    await addDatabase(attributes, client, stack, database);
    await addSecrets(attributes, client, stack);
    const [id, declared] = only(stack.functions, "aws_lambda_function");
    const arn = addFunction(attributes, stack, id, declared);
    const archive = await archiveOf(stack, attributes, id, declared);
    const additions = additionalEnvironment(secretsManager, database);
    functions.set(
      arn,
      await loadFunction({
        archive,
        handler: declared.handler,
        functionName: declared.function_name,
        functionArn: arn,
        timeoutSeconds: declared.timeout,
        memoryMb: declared.memory_size,
        region: stack.region,
        environment: { ...environmentOf(attributes, id, declared), ...additions },
      }),
    );
    const users = deployedUsers(stack, attributes, database.port);
    return {
      users,
      archive,
      endpoint: secretsManager.url,
      region: stack.region,
      differences: differences(stack, users, database, additions),
      get log() {
        return [...functions.values()].flatMap(({ log }) => log);
      },
      ...operations(client, secretsManager, functions),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function operations(
  client: SecretsManagerClient,
  secretsManager: SecretsManager,
  functions: ReadonlyMap<string, LocalFunction>,
): Pick<Deployment, "initialize" | "enableSchedule" | "rotate" | "currentValue" | "labels"> {
  const rotate = async (input: RotateSecretCommandInput): Promise<RotationReport> => {
    const { ARN } = await client.send(new RotateSecretCommand(input));
    const report = await secretsManager.settled(ARN ?? "");
    if (report === undefined) throw new Error(`no rotation of ${ARN} was begun`);
    return report;
  };
  return {
    initialize: async (user) =>
      (await functionOf(functions, user.functionArn).invoke(user.input)) as InitializeSecretResult,
    enableSchedule: ({ secretArn, functionArn, schedule }) =>
      rotate({
        SecretId: secretArn,
        RotationLambdaARN: functionArn,
        RotateImmediately: schedule.rotate_immediately,
        RotationRules: {
          AutomaticallyAfterDays: schedule.rotation_rules.automatically_after_days,
          Duration: schedule.rotation_rules.duration,
          ScheduleExpression: schedule.rotation_rules.schedule_expression,
        },
      }),
    rotate: ({ secretArn }) => rotate({ SecretId: secretArn }),
    async currentValue({ secretArn }) {
      const answer = await client.send(new GetSecretValueCommand({ SecretId: secretArn }));
      return answer.SecretString ?? "";
    },
    async labels({ secretArn }) {
      const answer = await client.send(new DescribeSecretCommand({ SecretId: secretArn }));
      return answer.VersionIdsToStages ?? {};
    },
  };
}

/** The instance's attributes, and the secret RDS makes for its master user (manage_master_user_password). */
async function addDatabase(
  attributes: Map<string, string>,
  client: SecretsManagerClient,
  stack: StackDeclaration,
  database: DatabaseServer,
): Promise<void> {
  const [id, declared] = only(stack.databases, "aws_db_instance");
  // RDS stores these two members and nothing else.
  const value = { username: database.adminUsername, password: database.adminPassword };
  const admin = await client.send(
    new CreateSecretCommand({ Name: `rds!db-${randomUUID()}`, SecretString: JSON.stringify(value) }),
  );
  for (const [attribute, text] of Object.entries({
    address: database.host,
    port: String(database.port),
    endpoint: `${database.host}:${database.port}`,
    identifier: declared.identifier,
    id: declared.identifier,
    db_name: declared.db_name,
    engine: declared.engine,
    username: declared.username,
    arn: `arn:aws:rds:${stack.region}:${ACCOUNT_ID}:db:${declared.identifier}`,
    "master_user_secret[0].secret_arn": admin.ARN ?? "",
  })) {
    attributes.set(`aws_db_instance.${id}.${attribute}`, text);
  }
}

async function addSecrets(
  attributes: Map<string, string>,
  client: SecretsManagerClient,
  stack: StackDeclaration,
): Promise<void> {
  for (const [id, declared] of stack.secrets) {
    const created = await client.send(
      new CreateSecretCommand({
        Name: declared.name,
        Description: declared.description,
        Tags: Object.entries({ ...stack.defaultTags, ...declared.tags }).map(([Key, Value]) => ({
          Key,
          Value,
        })),
      }),
    );
    const address = `aws_secretsmanager_secret.${id}`;
    attributes.set(`${address}.arn`, created.ARN ?? "");
    attributes.set(`${address}.id`, created.ARN ?? "");
    attributes.set(`${address}.name`, declared.name);
  }
}

function addFunction(
  attributes: Map<string, string>,
  stack: StackDeclaration,
  id: string,
  declared: FunctionDeclaration,
): string {
  const arn = `arn:aws:lambda:${stack.region}:${ACCOUNT_ID}:function:${declared.function_name}`;
  attributes.set(`aws_lambda_function.${id}.arn`, arn);
  attributes.set(`aws_lambda_function.${id}.function_name`, declared.function_name);
  return arn;
}

/** The function's zip, which must be the one that the stack's source_code_hash is of. */
async function archiveOf(
  stack: StackDeclaration,
  attributes: Map<string, string>,
  id: string,
  declared: FunctionDeclaration,
): Promise<string> {
  // Terraform runs in the stack's folder.
  const file = resolve(
    stack.folder,
    resolveText(declared.filename, attributes, `aws_lambda_function.${id} filename`),
  );
  const hash = createHash("sha256")
    .update(await readFile(file))
    .digest("base64");
  if (declared.source_code_hash !== undefined && declared.source_code_hash !== hash) {
    throw new Error(`${file} has the hash ${hash}, where the stack says ${declared.source_code_hash}`);
  }
  return file;
}

function environmentOf(
  attributes: Map<string, string>,
  id: string,
  declared: FunctionDeclaration,
): Record<string, string> {
  const where = (name: string) => `aws_lambda_function.${id} environment ${name}`;
  return Object.fromEntries(
    Object.entries(declared.environment.variables).map(([name, value]) => [
      name,
      resolveText(value, attributes, where(name)),
    ]),
  );
}

function additionalEnvironment(
  secretsManager: SecretsManager,
  database: DatabaseServer,
): Record<string, string> {
  return {
    [ENVIRONMENT_VARIABLES.secretsManagerEndpoint]: secretsManager.url,
    [ENVIRONMENT_VARIABLES.databaseCaFile]: database.caFile,
  };
}

function differences(
  stack: StackDeclaration,
  users: readonly DeployedUser[],
  database: DatabaseServer,
  additions: Readonly<Record<string, string>>,
): string[] {
  const ports = new Set(users.map((user) => user.declaredPort));
  const [, { engine, engine_version }] = only(stack.databases, "aws_db_instance");
  return [
    `the server is ${database.version}, where the stack says ${engine} ${engine_version ?? ""}`.trimEnd(),
    `the function has two more variables: ${Object.entries(additions)
      .map(([name, value]) => `${name}=${value}`)
      .join(", ")}`,
    `Connection.port is ${database.port}, a free one, where the stack says ${[...ports].join(", ")}`,
  ];
}

function functionOf(functions: ReadonlyMap<string, LocalFunction>, arn: string): LocalFunction {
  const found = functions.get(arn);
  if (found === undefined)
    throw new Error(`no function ${arn}; there is ${[...functions.keys()].join(", ")}`);
  return found;
}
