import { spawn } from "node:child_process";
import { ENDING_SIGNALS } from "../../local/signals";

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Called with everything that the program writes, as it does. */
  readonly show?: (text: string) => void;
}

/** Somebody ended this process while a program ran, which has ended too. */
export class Interruption extends Error {
  override readonly name = "Interruption";
}

/**
 * Runs a program to its end, whatever its exit code. A signal to this process goes on to the program and its children, as
 * Ctrl-C would, and they are waited for: Terraform ends what it is at and writes the state, but not if it hears it twice.
 * @throws Interruption, or where the program cannot be started
 */
export function run(program: string, args: readonly string[], { cwd, env, show }: RunOptions): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
        show?.(text);
      });
    }
    let interruption: Interruption | undefined;
    const forward = (signal: NodeJS.Signals) => {
      if (interruption === undefined && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
      interruption ??= new Interruption(`ended by ${signal}`);
    };
    for (const signal of ENDING_SIGNALS) process.on(signal, forward);
    const ended = () => {
      for (const signal of ENDING_SIGNALS) process.off(signal, forward);
    };
    child.once("error", (error) => {
      ended();
      reject(error);
    });
    child.once("close", (code) => {
      ended();
      if (interruption === undefined) resolve({ code: code ?? 1, ...output });
      else reject(interruption);
    });
  });
}
