import type { Progress } from "../../local/progress";
import type { Outcome, Planner } from "./planner";
import { noteOf, type StackReport, totals } from "./stack-report";
import type { Stack } from "./synthesized-app";

/** Plans stacks one after the other: their downloads of the provider share a cache that takes one at a time. */
export async function planAll(
  stacks: readonly Stack[],
  plan: Planner,
  progress: Progress,
): Promise<StackReport[]> {
  const reports: StackReport[] = [];
  for (const stack of stacks) reports.push(await planOne(stack, plan, progress));
  return reports;
}

export async function planOne(stack: Stack, plan: Planner, progress: Progress): Promise<StackReport> {
  const words = (outcome: Outcome) => totals([{ stack: stack.name, outcome }]) || plainNote(outcome);
  return { stack: stack.name, outcome: await progress.step(`Plan ${stack.name}`, () => plan(stack), words) };
}

/** For a terminal. */
function plainNote(outcome: Outcome): string {
  if (outcome.kind === "failed") return "failed";
  if (outcome.kind === "waiting") return `cannot be planned yet, deploy ${outcome.for.join(", ")} first`;
  return noteOf(outcome);
}
