import { constants } from "node:os";

/** By which a person, a terminal or a CI ends a program. */
export const ENDING_SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;

export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** Of a program that a signal has ended, as shells have it. */
export function exitCodeOf(signal: EndingSignal): number {
  return 128 + constants.signals[signal];
}
