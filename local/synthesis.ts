import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** What the app has synthesized. */
export interface Synthesis {
  /** Folder with manifest.json and the stacks. */
  readonly folder: string;
  /** Removes the folder. */
  stop(): Promise<void>;
}

const PROJECT = join(__dirname, "..");
const Config = z.object({ app: z.string(), context: z.record(z.string(), z.unknown()).default({}) });

export interface SynthesisOptions {
  /** Command that runs the app. @default "app" of cdktf.json */
  readonly app?: string | undefined;
  /** Ends the app when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Runs the app as `cdktf synth` runs it, into a temporary folder. Needs neither the CLI nor terraform. */
export async function synthesize({ app, signal }: SynthesisOptions = {}): Promise<Synthesis> {
  const config = Config.parse(JSON.parse(await readFile(join(PROJECT, "cdktf.json"), "utf8")));
  const folder = await mkdtemp(join(tmpdir(), "rds-secret-rotation-synth-"));
  const stop = () => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const variables = { CDKTF_OUTDIR: folder, CDKTF_CONTEXT_JSON: JSON.stringify(config.context) };
    await run(app ?? config.app, variables, signal);
  } catch (error) {
    await stop();
    throw error;
  }
  return { folder, stop };
}

function run(
  command: string,
  variables: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      cwd: PROJECT,
      shell: true,
      // A process group, so that the shell and what it runs can be ended together.
      detached: true,
      env: { ...process.env, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
    const abort = () => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    signal?.addEventListener("abort", abort, { once: true });
    child.once("error", reject);
    child.once("close", (code) => {
      signal?.removeEventListener("abort", abort);
      if (code === 0) return resolve();
      const text = Buffer.concat(output).toString("utf8").trim();
      reject(signal?.aborted ? signal.reason : new Error(`synth failed (${command}):\n${text}`));
    });
    if (signal?.aborted) abort();
  });
}
