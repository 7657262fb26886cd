import { setTimeout as sleep } from "node:timers/promises";
import { type Demonstration, demonstrate, type Scene } from "./demonstration";
import { type Options, parseOptions, USAGE } from "./options";
import { progressFor } from "./progress";
import { resultText } from "./report";
import { Resources } from "./resources";
import { serverFor } from "./servers";
import { ENDING_SIGNALS, type EndingSignal, exitCodeOf } from "./signals";
import { UsageError } from "./usage-error";

/** A signal to the whole process group can end a child before this process hears of it: no failure, then. */
const SIGNAL_DELAY_MS = 50;
const LOG_LINES_ON_FAILURE = 20;

// The SDK warns of Node.js versions that AWS is going to drop for Lambda; here it would only break up the output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

/** Somebody wants the run to end. */
class Interruption extends Error {
  override readonly name = "Interruption";

  constructor(readonly signal: EndingSignal) {
    super(`ended by ${signal}`);
  }
}

async function main(args: readonly string[]): Promise<number> {
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  return run(options);
}

async function run(options: Options): Promise<number> {
  const resources = new Resources();
  const scene: Scene = {};
  const { signal, aborted } = interruption();
  let code = 0;
  try {
    const progress = await progressFor(options);
    const { stack, app, rotations } = options;
    const work = demonstrate({ stack, app, rotations, progress, resources, signal, scene });
    show(await Promise.race([work, aborted]), options, scene);
    if (options.stay) await stay(scene, aborted);
  } catch (error) {
    await sleep(SIGNAL_DELAY_MS);
    code = explain(signal.aborted ? signal.reason : error, options, scene);
  }
  try {
    await resources.stop();
  } catch (error) {
    code = explain(error, options, {}) || 1;
  }
  return code;
}

/** Whatever wants to end the run: a signal, a closed pipe, an error that nobody caught. */
function interruption(): { signal: AbortSignal; aborted: Promise<never> } {
  const controller = new AbortController();
  for (const name of ENDING_SIGNALS) {
    process.on(name, () => controller.abort(new Interruption(name)));
  }
  process.on("uncaughtException", (error) => controller.abort(error));
  process.stdout.on("error", (error) => controller.abort(error));
  const aborted = new Promise<never>((_resolve, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  });
  aborted.catch(() => undefined); // Nobody waits for it any more once all is done.
  return { signal: controller.signal, aborted };
}

function show(result: Demonstration, { json, logs }: Options, { deployment }: Scene): void {
  if (json) {
    const log = logs ? { log: deployment?.log } : {};
    process.stdout.write(`${JSON.stringify({ succeeded: true, ...result, ...log }, undefined, 2)}\n`);
    return;
  }
  if (logs) process.stdout.write(`\n${deployment?.log.join("\n")}\n`);
  const colours = process.stdout.isTTY && process.stdout.hasColors();
  process.stdout.write(`\n${resultText(result, colours)}\n`);
}

async function stay({ database, deployment }: Scene, aborted: Promise<never>): Promise<void> {
  const [user] = deployment?.users ?? [];
  if (database === undefined || deployment === undefined || user === undefined) return;
  const { client } = serverFor(user.input.Connection.engine);
  process.stderr.write(`
Running until Ctrl-C. In another terminal:
  export AWS_ENDPOINT_URL=${deployment.endpoint} AWS_REGION=${deployment.region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  aws secretsmanager describe-secret --secret-id '${user.secretArn}'
  aws secretsmanager rotate-secret --secret-id '${user.secretArn}'
  ${client(database, user.username)}
`);
  // A timer, since waiting for a signal alone does not keep the process.
  const timer = setInterval(() => undefined, 60_000);
  await aborted
    .catch((error) => {
      if (!(error instanceof Interruption)) throw error;
    })
    .finally(() => clearInterval(timer));
}

/** Says what went wrong, and answers with the exit code. */
function explain(error: unknown, { json }: Options, { deployment }: Scene): number {
  if (error instanceof Interruption) {
    process.stderr.write(`\n${error.message}\n`);
    return exitCodeOf(error.signal);
  }
  const message = error instanceof Error ? error.message : String(error);
  const log = deployment?.log.slice(-LOG_LINES_ON_FAILURE) ?? [];
  if (json)
    process.stdout.write(`${JSON.stringify({ succeeded: false, error: message, log }, undefined, 2)}\n`);
  process.stderr.write(`\n${message}\n`);
  if (log.length > 0) process.stderr.write(`\nThe function's last lines:\n  ${log.join("\n  ")}\n`);
  return 1;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`${error?.stack ?? error}\n`);
    process.exit(1);
  },
);
