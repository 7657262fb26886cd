import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { createInterface } from "node:readline";
import { unzipSync } from "fflate";
import { end, ended, hasEnded } from "./processes";

export interface FunctionOptions {
  /** The zip that Terraform would upload. */
  readonly archive: string;
  /** Module and export, as "index.handler". */
  readonly handler: string;
  readonly functionName: string;
  readonly functionArn: string;
  /** Environment variables of the function. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** Seconds until an invocation is killed, 1 to 900. @default 3, as Lambda's */
  readonly timeoutSeconds?: number;
  /** Memory the function is told it has, in MiB; not enforced. @default 128, as Lambda's */
  readonly memoryMb?: number;
  /** @default "eu-central-1" */
  readonly region?: string;
  /** Told of every line the function writes. */
  readonly onLog?: ((line: string) => void) | undefined;
}

/** A function as Lambda runs it: in processes of its own, one event at a time in each. */
export interface LocalFunction {
  /** Runs one event in an idle process, or in a new one. Rejects with {@link FunctionError}. */
  invoke(event: unknown): Promise<unknown>;
  /** Every line written so far, by all processes. */
  readonly log: readonly string[];
  /** Kills all processes at once, as a failing host would; the next invocation starts a new one. */
  kill(): Promise<void>;
  /** Ends the processes and removes the folder. May be called twice. */
  stop(): Promise<void>;
}

/** What Lambda answers for a function that failed. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";

  constructor(
    readonly errorType: string,
    readonly errorMessage: string,
    readonly trace: readonly string[] = [],
  ) {
    super(`${errorType}: ${errorMessage}`);
  }
}

interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly errorType: string; readonly errorMessage: string; readonly trace: string[] };
}

const RUNTIME = join(__dirname, "function-runtime.mjs");

/** Unpacks the archive; processes start with the first invocation. */
export async function loadFunction(options: FunctionOptions): Promise<LocalFunction> {
  const folder = await mkdtemp(join(tmpdir(), "rds-secret-rotation-function-"));
  try {
    await unzip(options.archive, folder);
  } catch (cause) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`cannot unpack the function's archive ${options.archive}`, { cause });
  }
  return new LambdaFunction(options, folder);
}

class LambdaFunction implements LocalFunction {
  readonly log: string[] = [];
  readonly #processes = new Set<ChildProcess>();
  readonly #idle: ChildProcess[] = [];
  #stopped = false;

  constructor(
    readonly options: FunctionOptions,
    readonly folder: string,
  ) {}

  async invoke(event: unknown): Promise<unknown> {
    if (this.#stopped) throw new Error(`function ${this.options.functionName} has been stopped`);
    const { timeoutSeconds = 3 } = this.options;
    const process = this.#idle.pop() ?? this.#spawn();
    const requestId = randomUUID();
    const answer = await this.#ask(process, event, requestId, timeoutSeconds);
    // Lines written before the answer are still on their way through another pipe.
    await new Promise((resolve) => setImmediate(resolve));
    if (!hasEnded(process)) this.#idle.push(process);
    if (answer.error !== undefined) {
      const { errorType, errorMessage, trace } = answer.error;
      throw new FunctionError(errorType, errorMessage, trace);
    }
    return answer.result;
  }

  async kill(): Promise<void> {
    await Promise.all([...this.#processes].map((process) => end(process, ["SIGKILL"], 1_000)));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.kill();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #ask(process: ChildProcess, event: unknown, requestId: string, timeoutSeconds: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const settle = (action: () => void) => {
        clearTimeout(timer);
        process.off("message", onMessage).off("exit", onExit).off("error", onError);
        action();
      };
      const onMessage = (message: unknown) => settle(() => resolve(message as Answer));
      const onError = (error: Error) => settle(() => reject(error));
      const onExit = (code: number | null, signal: string | null) => {
        const how = signal === null ? `exit status ${code}` : `signal: ${signal}`;
        const message = `RequestId: ${requestId} Error: Runtime exited with error: ${how}`;
        settle(() => reject(new FunctionError("Runtime.ExitError", message)));
      };
      const timer = setTimeout(() => {
        const message = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
        settle(() => reject(new FunctionError("Sandbox.Timedout", message)));
        process.kill("SIGKILL");
      }, timeoutSeconds * 1000);
      process.on("message", onMessage).on("exit", onExit).on("error", onError);
      process.send({
        event,
        context: this.#context(requestId),
        deadline: Date.now() + timeoutSeconds * 1000,
      });
    });
  }

  #spawn(): ChildProcess {
    // The argument is for people who look at the list of processes.
    const child = fork(RUNTIME, [this.folder], {
      cwd: this.folder,
      env: this.#environment(),
      // Not the parent's, which may load tsx or a debugger.
      execArgv: [],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      // A process group of its own: Ctrl-C in the terminal is for the parent to handle.
      detached: true,
    });
    this.#processes.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on("line", (line) => this.#write(line));
    }
    void ended(child).then(() => {
      this.#processes.delete(child);
      const index = this.#idle.indexOf(child);
      if (index >= 0) this.#idle.splice(index, 1);
    });
    return child;
  }

  #write(line: string): void {
    this.log.push(line);
    this.options.onLog?.(line);
  }

  /** The function's own variables and those that Lambda sets; nothing of the parent's but the PATH.
   * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
  #environment(): NodeJS.ProcessEnv {
    const { functionName, handler, memoryMb = 128, region = "eu-central-1" } = this.options;
    return {
      PATH: process.env.PATH,
      TZ: ":UTC",
      LANG: "en_US.UTF-8",
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_SESSION_TOKEN: "local",
      AWS_LAMBDA_FUNCTION_NAME: functionName,
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${functionName}`,
      LAMBDA_TASK_ROOT: this.folder,
      _HANDLER: handler,
      // The SDK warns of the developer's Node.js being older than Lambda's.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      ...this.options.environment,
    };
  }

  #context(requestId: string): Record<string, string> {
    const { functionName, functionArn, memoryMb = 128 } = this.options;
    return {
      functionName,
      functionVersion: "$LATEST",
      invokedFunctionArn: functionArn,
      memoryLimitInMB: String(memoryMb),
      awsRequestId: requestId,
      logGroupName: `/aws/lambda/${functionName}`,
      logStreamName: "local",
    };
  }
}

async function unzip(archive: string, folder: string): Promise<void> {
  for (const [name, content] of Object.entries(unzipSync(await readFile(archive)))) {
    const file = join(folder, name);
    if (relative(folder, file).startsWith("..")) throw new Error(`entry outside the archive: ${name}`);
    if (name.endsWith("/")) continue;
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, 0o644);
  }
}
