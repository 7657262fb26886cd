import type { ChildProcess } from "node:child_process";

/** Whether a child process has ended (or never began). */
export function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** Resolves when the child has ended. */
export function ended(child: ChildProcess): Promise<void> {
  return hasEnded(child) ? Promise.resolve() : new Promise((resolve) => child.once("exit", () => resolve()));
}

/**
 * Ends a child process: sends the signals one after another until it has gone.
 * @param patienceMs how long each signal may take, in milliseconds
 */
export async function end(
  child: ChildProcess,
  signals: readonly NodeJS.Signals[],
  patienceMs: number,
): Promise<void> {
  for (const signal of signals) {
    if (hasEnded(child)) return;
    child.kill(signal);
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, patienceMs);
    });
    await Promise.race([ended(child), patience]);
    clearTimeout(timer);
  }
  await ended(child);
}
