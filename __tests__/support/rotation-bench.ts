import { randomUUID } from "node:crypto";
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { Grant, InitializeSecretEvent, InitializeSecretResult } from "../../lambda/rotation/contract";
import { Deadline } from "../../lambda/rotation/deadline";
import type { Session } from "../../lambda/rotation/engine";
import { AuthenticationError } from "../../lambda/rotation/errors";
import { createHandler, type Handler } from "../../lambda/rotation/handler";
import type { Hooks } from "../../lambda/rotation/hooks";
import { loginOf } from "../../lambda/rotation/secret-value";
import type { DatabaseServer } from "../../local/database-server";
import type { RotationReport } from "../../local/secret-rotation";
import type { Intercept, SecretsManager } from "../../local/secrets-manager";
import { startSecretsManager } from "../../local/secrets-manager";

import { BACKENDS, type Backend, type EngineName, type ServerOptions } from "./backends";

/** As long as a deployed function has. */
const TIMEOUT_MS = 120_000;

/** A real database server, a local Secrets Manager, and the function's handler in this process, wired together. */
export interface RotationBench {
  readonly backend: Backend;
  readonly server: DatabaseServer;
  readonly secretsManager: SecretsManager;
  readonly client: SecretsManagerClient;
  readonly adminSecretArn: string;
  /** Lines the function has logged. */
  readonly log: string[];
  /** Makes an empty secret, as Terraform does. */
  declareSecret(name?: string, tags?: Readonly<Record<string, string>>): Promise<string>;
  initializeEvent(secretArn: string, username: string, grants?: readonly Grant[]): InitializeSecretEvent;
  /**
   * As few grants as a login needs: a thousand users with privileges on one schema of PostgreSQL slow it down.
   */
  readonly fewGrants: Pick<UserOptions, "grants">;
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
  /** Opens a session of the function's own driver. */
  login(value: { username?: string; password?: string }): Promise<Session>;
  sql: Backend["sql"];
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

export interface BenchOptions extends ServerOptions {
  /** @default "postgres" */
  readonly engine?: EngineName;
  /** Looks at every request to Secrets Manager. */
  readonly intercept?: Intercept;
}

export async function startRotationBench(options: BenchOptions = {}): Promise<RotationBench> {
  const { engine: engineName = "postgres", intercept, ...serverOptions } = options;
  const backend = await BACKENDS[engineName](serverOptions);
  const { engine, server } = backend;
  // On MariaDB a schema is a database, and logging in needs privileges on the one that is named.
  const schema = engineName === "mariadb" ? server.database : "shop";
  const log: string[] = [];
  const functionArn = "arn:aws:lambda:eu-west-1:111122223333:function:rotation";
  const secretsManager = await startSecretsManager({
    invoke: (_arn, event) => bench.invoke(event),
    attempts: 1,
    intercept,
  });
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    AWS_ENDPOINT_URL: secretsManager.url,
    DATABASE_CA_FILE: server.caFile,
  });
  const client = new SecretsManagerClient({});
  const write = jest.spyOn(process.stdout, "write").mockImplementation((line) => log.push(String(line)) > 0);

  const admin = await client.send(
    new CreateSecretCommand({
      Name: `rds!db-${randomUUID()}`,
      SecretString: JSON.stringify({ username: server.adminUsername, password: server.adminPassword }),
    }),
  );
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
    backend,
    server,
    secretsManager,
    client,
    adminSecretArn: String(admin.ARN),
    log,
    fewGrants: engineName === "mariadb" ? {} : { grants: [] },
    async declareSecret(name = `dev/orders/${randomUUID()}`, tags = {}) {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      return String((await client.send(new CreateSecretCommand({ Name: name, Tags }))).ARN);
    },
    initializeEvent: (secretArn, username, grants = [{ privilege: "readwrite", schema }]) => ({
      Step: "initializeSecret",
      SecretId: secretArn,
      Connection: {
        engine: engineName,
        host: server.host,
        port: server.port,
        username,
        dbname: server.database,
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
    login: async ({ username = "", password = "" }) => {
      const { Connection } = bench.initializeEvent("", username);
      const deadline = new Deadline({ getRemainingTimeInMillis: () => TIMEOUT_MS });
      return await engine.connect(loginOf(Connection, password, engine), deadline);
    },
    async accepts(value) {
      try {
        await (await bench.login(value)).close();
        return true;
      } catch (error) {
        if (error instanceof AuthenticationError) return false;
        throw error;
      }
    },
    sql: backend.sql,
    async stop() {
      write.mockRestore();
      client.destroy();
      await secretsManager.stop();
      await backend.stop();
    },
  };
  return bench;
}
