import { spawn } from "node:child_process";

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

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a program to its end, whatever its exit code. A signal to this process goes on to the program, once, and it is
 * waited for: Terraform ends what it is at and writes the state, but not if Ctrl-C reaches it on two ways.
 * @throws where the program cannot be started
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
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    for (const signal of SIGNALS) process.on(signal, forward);
    const ended = () => {
      for (const signal of SIGNALS) process.off(signal, forward);
    };
    child.once("error", (error) => {
      ended();
      reject(error);
    });
    child.once("close", (code) => {
      ended();
      resolve({ code: code ?? 1, ...output });
    });
  });
}
