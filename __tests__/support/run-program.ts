import { spawn } from "node:child_process";
import { resolve } from "node:path";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** In milliseconds. A program that waits for what never comes fails its test, and does not outlive it. */
const TIMEOUT = 50_000;

/** Runs a TypeScript program of the project in a process of its own, with these variables besides PATH only. */
export async function runProgram(
  program: string,
  args: readonly string[],
  variables: Readonly<Record<string, string | undefined>> = {},
): Promise<Outcome> {
  const project = resolve(__dirname, "../..");
  const child = spawn(process.execPath, ["--import", "tsx", program, ...args], {
    cwd: project,
    timeout: TIMEOUT,
    env: { PATH: process.env.PATH, ...variables },
  });
  const text = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (chunk: string) => {
      text[stream] += chunk;
    });
  }
  const code = await new Promise<number | null>((done) => child.on("close", done));
  return { code, ...text };
}
