import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type RotationOptions, type RotationReport, SecretRotation } from "./secret-rotation";
import { SecretStore, SecretsManagerError } from "./secret-store";
import { type Operation, secretsManagerOperations } from "./secrets-manager-operations";

/**
 * What happens to a request: it is handled; its connection is cut before it is handled; its connection is cut
 * after it was handled, in place of the answer; or it is answered with an error and not handled.
 */
export type Interception = "proceed" | "drop-before" | "drop-after" | SecretsManagerError;

/** Looks at every request before it is handled. */
export type Intercept = (
  operation: string,
  input: Readonly<Record<string, unknown>>,
) => Interception | Promise<Interception>;

export interface SecretsManagerOptions extends RotationOptions {
  /** Part of ARNs only. @default "eu-central-1" */
  readonly region?: string | undefined;
  /** Part of ARNs only, 12 digits. @default "000000000000" */
  readonly accountId?: string | undefined;
  /** @default every request proceeds */
  readonly intercept?: Intercept | undefined;
}

/** A running endpoint. */
export interface SecretsManager {
  /** For the SDK's `endpoint`, or AWS_ENDPOINT_URL. */
  readonly url: string;
  /** What it holds; for tests and for setting the scene without requests. */
  readonly store: SecretStore;
  /** Resolves when the latest rotation of a secret (name or ARN) has ended; undefined if there was none. */
  settled(secretId: string): Promise<RotationReport | undefined>;
  /** Ends rotations and connections. May be called twice. */
  stop(): Promise<void>;
}

const TARGET_PREFIX = "secretsmanager.";
/** A secret's value is at most 64 KiB; JSON escapes can make it six times as long. */
const MAX_BODY_BYTES = 1_000_000;

/**
 * Starts an endpoint that speaks the protocol of AWS Secrets Manager (AWS JSON 1.1 over HTTP) on a free port of
 * 127.0.0.1, so that unchanged SDK clients talk to it. It does not check signatures or permissions: whoever
 * reaches the port is let in.
 */
export async function startSecretsManager(options: SecretsManagerOptions): Promise<SecretsManager> {
  const { region = "eu-central-1", accountId = "000000000000" } = options;
  const store = new SecretStore(`arn:aws:secretsmanager:${region}:${accountId}:secret:`);
  const rotation = new SecretRotation(store, options);
  const operations = secretsManagerOperations(store, rotation);
  const server = createServer((request, response) => {
    answer(request, response, operations, options.intercept).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no free port on 127.0.0.1");

  return {
    url: `http://127.0.0.1:${address.port}`,
    store,
    settled: async (secretId) => rotation.settled(store.find(secretId)),
    async stop() {
      await rotation.stop();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  operations: Readonly<Record<string, Operation>>,
  intercept: Intercept = () => "proceed",
): Promise<void> {
  try {
    const name = operationName(request);
    const operation = operations[name];
    if (operation === undefined) {
      throw new SecretsManagerError("UnknownOperationException", `unknown operation: ${name}`);
    }
    const input = await readJson(request);
    const interception = await intercept(name, input);
    if (interception instanceof SecretsManagerError) throw interception;
    if (interception === "drop-before") return void request.socket.destroy();
    const output = operation(input);
    if (interception === "drop-after") return void request.socket.destroy();
    send(response, 200, output);
  } catch (error) {
    if (error instanceof SecretsManagerError) {
      // "Message" with a capital is the member's name in the service's model.
      return send(response, error.type === "InternalServiceError" ? 500 : 400, {
        __type: error.type,
        Message: error.message,
      });
    }
    const Message = error instanceof Error ? error.message : String(error);
    send(response, 500, { __type: "InternalServiceError", Message });
  }
}

function operationName(request: IncomingMessage): string {
  const target = request.headers["x-amz-target"];
  if (request.method !== "POST" || typeof target !== "string" || !target.startsWith(TARGET_PREFIX)) {
    throw new SecretsManagerError(
      "UnknownOperationException",
      `not a request for Secrets Manager: ${request.method} ${request.url} with X-Amz-Target ${target}`,
    );
  }
  return target.slice(TARGET_PREFIX.length);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new SecretsManagerError("ValidationException", "request too long");
  }
  try {
    const json: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    if (typeof json === "object" && json !== null) return { ...json };
  } catch {
    // Said below; the parser's own message may quote the body, which can hold a secret.
  }
  throw new SecretsManagerError("ValidationException", "the request's body is not a JSON object");
}

function send(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, {
    "Content-Type": "application/x-amz-json-1.1",
    "x-amzn-RequestId": randomUUID(),
  });
  response.end(JSON.stringify(body));
}
