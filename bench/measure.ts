import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { z } from "zod";

/** What a fresh Node process took, from its start to its end. */
export interface Run {
  readonly milliseconds: number;
  /** Of its own threads; processes that it started are in the milliseconds only. */
  readonly processorMilliseconds: number;
  readonly peakMemoryMib: number;
  /** What it wrote to standard output. */
  readonly output: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Ends the process when it is aborted. */
  readonly signal?: AbortSignal | undefined;
}

/** Of several runs. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

const USAGE_HOOK = join(__dirname, "usage.cjs");
/** Times in microseconds, memory in KiB. https://nodejs.org/api/process.html#processresourceusage */
const usage = z.object({ userCPUTime: z.number(), systemCPUTime: z.number(), maxRSS: z.number() });

/** Of one run, in milliseconds: whatever takes longer hangs. */
const LONGEST_RUN = 300_000;

/** @throws with what the process wrote to standard error, where it fails or does not end */
export async function run(args: readonly string[], options: RunOptions): Promise<Run> {
  const began = performance.now();
  const child = spawn(process.execPath, ["--require", USAGE_HOOK, ...args], {
    cwd: options.cwd,
    env: { ...process.env, ...options.variables },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    timeout: LONGEST_RUN,
    killSignal: "SIGKILL",
    ...(options.signal && { signal: options.signal }),
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", resolve);
  }).then((code) => ({ code, milliseconds: performance.now() - began }));
  const streams = child.stdio.slice(1) as Readable[];
  const [{ code, milliseconds }, [output = "", errors = "", used = ""]] = await Promise.all([
    ended,
    Promise.all(streams.map((stream) => text(stream))),
  ]);
  if (code !== 0) {
    const how =
      code === null ? `was ended after ${(milliseconds / 1000).toFixed(0)} s` : `failed with code ${code}`;
    throw new Error(`node ${args.join(" ")} ${how}:\n${errors}`);
  }
  const { userCPUTime, systemCPUTime, maxRSS } = usage.parse(JSON.parse(used));
  return {
    milliseconds,
    processorMilliseconds: (userCPUTime + systemCPUTime) / 1000,
    peakMemoryMib: maxRSS / 1024,
    output,
  };
}

/** @param values at least one */
export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (place: number) => sorted[place] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    least: at(0),
    most: at(sorted.length - 1),
  };
}
