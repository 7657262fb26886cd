import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { Client } from "pg";
import type { Grant, InitializeSecretEvent, InitializeSecretResult } from "../../lambda/rotation/contract";
import { postgres as engine } from "../../lambda/rotation/engines/postgres";
import { createHandler, type Handler } from "../../lambda/rotation/handler";
import type { Hooks } from "../../lambda/rotation/hooks";
import { type Postgres, type PostgresOptions, startPostgres } from "../../local/postgres";
import type { RotationReport } from "../../local/secret-rotation";
import { type SecretsManager, startSecretsManager } from "../../local/secrets-manager";

/** As long as a deployed function has. */
const TIMEOUT_MS = 120_000;

/** A real PostgreSQL, a local Secrets Manager, and the function's handler in this process, wired together. */
export interface RotationBench {
  readonly postgres: Postgres;
  readonly secretsManager: SecretsManager;
  readonly client: SecretsManagerClient;
  readonly adminSecretArn: string;
  /** Lines the function has logged. */
  readonly log: string[];
  /** Makes an empty secret, as Terraform does. */
  declareSecret(name?: string, tags?: Readonly<Record<string, string>>): Promise<string>;
  initializeEvent(secretArn: string, username: string, grants?: readonly Grant[]): InitializeSecretEvent;
  /** Runs the function once. */
  invoke(event: unknown, options?: InvokeOptions): Promise<InitializeSecretResult | undefined>;
  /** Declares a secret and initialises it. */
  createUser(user?: UserOptions): Promise<{ secretArn: string; username: string }>;
  /** Turns rotation on and rotates; resolves when the rotation has ended. */
  rotate(secretArn: string): Promise<RotationReport>;
  /** Puts a version under AWSPENDING without a value, as RotateSecret does before it calls the function. */
  beginRotation(secretArn: string, token?: string): Promise<string>;
  step(step: string, secretArn: string, token: string, options?: InvokeOptions): Promise<unknown>;
  value(secretArn: string, stage?: string): Promise<Record<string, string>>;
  stages(secretArn: string): Promise<Record<string, string[]>>;
  put(secretArn: string, value: object, stages?: string[]): Promise<string>;
  /** Whether the server accepts a password, over verified TLS. */
  accepts(value: { username?: string; password?: string }): Promise<boolean>;
  /** Runs SQL as the superuser in the application's database. */
  sql(text: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>;
  stop(): Promise<void>;
}

export interface UserOptions {
  readonly username?: string;
  readonly grants?: readonly Grant[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface InvokeOptions {
  readonly hooks?: Partial<Hooks>;
  readonly remainingMs?: number;
}

export async function startRotationBench(options: Partial<PostgresOptions> = {}): Promise<RotationBench> {
  const postgres = await startPostgres({ database: "orders", adminUsername: "dbadmin", ...options });
  const log: string[] = [];
  const functionArn = "arn:aws:lambda:eu-west-1:111122223333:function:rotation";
  const secretsManager = await startSecretsManager({
    invoke: (_arn, event) => bench.invoke(event),
    attempts: 1,
  });
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL: secretsManager.url,
    DATABASE_CA_FILE: postgres.caFile,
  });
  const client = new SecretsManagerClient({});
  const write = jest.spyOn(process.stdout, "write").mockImplementation((line) => log.push(String(line)) > 0);

  const admin = await client.send(
    new CreateSecretCommand({
      Name: `rds!db-${randomUUID()}`,
      SecretString: JSON.stringify({ username: postgres.adminUsername, password: postgres.adminPassword }),
    }),
  );
  const superuser = new Client({ ...postgres.superuser, database: postgres.database });
  await superuser.connect();

  const handlers = new Map<Partial<Hooks> | undefined, Handler>();
  const handlerWith = (hooks?: Partial<Hooks>): Handler => {
    const known = handlers.get(hooks);
    if (known) return known;
    const noop = { validatePending() {}, afterSetSecret() {}, testConnection() {} };
    const handler = createHandler(engine, { ...noop, ...hooks });
    handlers.set(hooks, handler);
    return handler;
  };

  const bench: RotationBench = {
    postgres,
    secretsManager,
    client,
    adminSecretArn: String(admin.ARN),
    log,
    async declareSecret(name = `dev/orders/${randomUUID()}`, tags = {}) {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      return String((await client.send(new CreateSecretCommand({ Name: name, Tags }))).ARN);
    },
    initializeEvent: (secretArn, username, grants = [{ privilege: "readwrite", schema: "public" }]) => ({
      Step: "initializeSecret",
      SecretId: secretArn,
      Connection: {
        engine: "postgres",
        host: postgres.host,
        port: postgres.port,
        username,
        dbname: postgres.database,
        masterarn: bench.adminSecretArn,
      },
      Grants: grants,
    }),
    invoke: async (event, { hooks, remainingMs = TIMEOUT_MS } = {}) => {
      const end = Date.now() + remainingMs;
      return await handlerWith(hooks)(event, {
        awsRequestId: randomUUID(),
        getRemainingTimeInMillis: () => end - Date.now(),
      });
    },
    async createUser({ username = `app-${randomUUID().slice(0, 8)}`, grants, tags } = {}) {
      const secretArn = await bench.declareSecret(undefined, tags);
      await bench.invoke(bench.initializeEvent(secretArn, username, grants));
      return { secretArn, username };
    },
    async rotate(secretArn) {
      await client.send(new RotateSecretCommand({ SecretId: secretArn, RotationLambdaARN: functionArn }));
      const report = await secretsManager.settled(secretArn);
      if (!report) throw new Error("no rotation ran");
      return report;
    },
    async beginRotation(secretArn, token = randomUUID()) {
      const { store } = secretsManager;
      const secret = store.find(secretArn);
      secret.rotation = { enabled: true, functionArn, rules: {} };
      store.dropLabel(secret, "AWSPENDING");
      store.addVersion(secret, token).labels.add("AWSPENDING");
      return token;
    },
    step: (Step, SecretId, ClientRequestToken, invokeOptions) =>
      bench.invoke({ Step, SecretId, ClientRequestToken }, invokeOptions),
    async value(secretArn, stage = "AWSCURRENT") {
      const answer = await client.send(
        new GetSecretValueCommand({ SecretId: secretArn, VersionStage: stage }),
      );
      return JSON.parse(answer.SecretString ?? "");
    },
    async stages(secretArn) {
      const answer = await client.send(new DescribeSecretCommand({ SecretId: secretArn }));
      return answer.VersionIdsToStages ?? {};
    },
    async put(secretArn, value, stages = ["AWSCURRENT"]) {
      const answer = await client.send(
        new PutSecretValueCommand({
          SecretId: secretArn,
          SecretString: JSON.stringify(value),
          VersionStages: stages,
        }),
      );
      return String(answer.VersionId);
    },
    async accepts({ username = "", password = "" }) {
      const attempt = new Client(postgres.connection(username, password));
      try {
        await attempt.connect();
        return true;
      } catch (error) {
        if ((error as { code?: string }).code === "28P01") return false;
        throw error;
      } finally {
        await attempt.end().catch(() => {});
      }
    },
    sql: async (text, parameters) => (await superuser.query(text, parameters)).rows,
    async stop() {
      write.mockRestore();
      await superuser.end();
      client.destroy();
      await secretsManager.stop();
      await postgres.stop();
    },
  };
  return bench;
}
