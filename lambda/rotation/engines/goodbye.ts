import { setTimeout as sleep } from "node:timers/promises";

/** How long a server may take to say goodbye, in milliseconds. */
const PATIENCE = 1_000;

/** Ends a connection; one whose server does not answer any more is cut. Never throws. */
export async function endOrCut(end: () => Promise<unknown>, cut: () => void): Promise<void> {
  const patience = new AbortController();
  const goodbye = end().catch(() => {});
  await Promise.race([goodbye, sleep(PATIENCE, undefined, { signal: patience.signal }).catch(() => {})]);
  patience.abort();
  cut();
}
