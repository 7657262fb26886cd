import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { InitializeSecretEvent, InitializeSecretResult, Strategy } from "./contract";
import { Deadline, type RemainingTime } from "./deadline";
import type { Engine } from "./engine";
import { SecretStateError } from "./errors";
import { parseEvent, type RotationEvent } from "./event";
import { type Hooks, hooks as ownHooks } from "./hooks";
import { initializeSecret } from "./initialize";
import { Log } from "./log";
import { Metrics } from "./metrics";
import { Redactor } from "./redactor";
import { Rotation, type RotationStrategy } from "./rotation";
import { SecretStore } from "./secret-store";
import { secretsManagerEndpoint, strategyName } from "./settings";
import { alternatingUsers } from "./strategies/alternating-users";
import { singleUser } from "./strategies/single-user";
import type { Surroundings } from "./surroundings";

/** Milliseconds for connecting to Secrets Manager, and for its answer; the SDK tries again within the deadline. */
const CONNECT_TIMEOUT = 3_000;
const REQUEST_TIMEOUT = 5_000;

const STRATEGIES: Readonly<Record<Strategy, RotationStrategy>> = {
  "single-user": singleUser,
  "alternating-users": alternatingUsers,
};

/** The part of Lambda's context that the handler needs. */
export interface Context extends RemainingTime {
  readonly awsRequestId?: string;
}

export type Handler = (event: unknown, context: Context) => Promise<InitializeSecretResult | undefined>;

/**
 * The Lambda handler for one engine.
 * @param hooks where to customise. @default those of hooks.ts
 */
export function createHandler(engine: Engine, hooks: Hooks = ownHooks): Handler {
  let client: SecretsManagerClient | undefined;
  return async (event, context) => {
    const started = Date.now();
    const redactor = new Redactor();
    let log = new Log(redactor, { requestId: context.awsRequestId });
    let metrics: Metrics | undefined;
    try {
      const request = parseEvent(event);
      log = new Log(redactor, {
        requestId: context.awsRequestId,
        step: request.Step,
        secret: request.SecretId,
        token: "ClientRequestToken" in request ? request.ClientRequestToken : undefined,
      });
      metrics = new Metrics(request.SecretId);
      const deadline = new Deadline(context);
      // Here and not when the module is loaded, so that a wrong setting is an error with its name.
      const secretsManager = client ?? createClient();
      client = secretsManager;
      const openStore = (secretId: string) => new SecretStore(secretsManager, deadline, secretId);
      const store = openStore(request.SecretId);
      const surroundings = { engine, store, openStore, deadline, redactor, log, metrics, hooks };
      const result = await run(surroundings, request);
      log.info("Step done", { durationMs: Date.now() - started });
      metrics.stepDuration(request.Step, Date.now() - started);
      return result;
    } catch (error) {
      const failure = redactedError(error, redactor);
      log.error(failure.message, { error: failure.name, durationMs: Date.now() - started });
      metrics?.failure();
      throw failure;
    }
  };
}

async function run(
  surroundings: Surroundings,
  request: RotationEvent | InitializeSecretEvent,
): Promise<InitializeSecretResult | undefined> {
  if (request.Step === "initializeSecret") return await initializeSecret(surroundings, request);
  await rotate(surroundings, request);
  return undefined;
}

async function rotate(surroundings: Surroundings, event: RotationEvent): Promise<void> {
  const { store, log } = surroundings;
  const token = event.ClientRequestToken;
  const description = await store.describe(token);
  if (!description.rotationEnabled) {
    throw new SecretStateError(
      `Secret ${description.arn} is not enabled for rotation. Turn rotation on first.`,
    );
  }
  const stages = description.versions.get(token) ?? [];
  if (stages.includes("AWSCURRENT")) return log.info("This version is AWSCURRENT already; nothing to do");
  if (!stages.includes("AWSPENDING")) {
    throw new SecretStateError(
      `Version ${token} of secret ${description.arn} must be labelled AWSPENDING, got ` +
        `${stages.join(", ") || "no label"}. The rotation was cancelled or replaced; start a new one.`,
    );
  }
  const strategy = STRATEGIES[strategyName(description.tags)];
  await strategy[event.Step](new Rotation(surroundings, event, description));
}

function createClient(): SecretsManagerClient {
  const endpoint = secretsManagerEndpoint();
  return new SecretsManagerClient({
    ...(endpoint ? { endpoint } : {}),
    retryMode: "standard",
    maxAttempts: 5,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT,
      requestTimeout: REQUEST_TIMEOUT,
      throwOnRequestTimeout: true,
    },
  });
}

/**
 * The error as it may be shown: Lambda prints an error whole, with every property a driver hung on it, so only
 * name, message and stack go on, without any known password.
 */
function redactedError(error: unknown, redactor: Redactor): Error {
  const original = error instanceof Error ? error : new Error(String(error));
  const failure = new Error(redactor.redact(original.message));
  failure.name = original.name;
  failure.stack = redactor.redact(original.stack ?? "");
  return failure;
}
