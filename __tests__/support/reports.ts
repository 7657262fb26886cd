import type { Outcome } from "../../ci/plan/planner";
import type { StackReport } from "../../ci/plan/stack-report";
import type { Stack } from "../../ci/plan/synthesized-app";
import { planOf } from "./plans";

export function planned(stack: string, ...input: Parameters<typeof planOf>): StackReport {
  return { stack, outcome: { kind: "planned", plan: planOf(...input) } };
}

export function waiting(stack: string, ...stacks: string[]): StackReport {
  return { stack, outcome: { kind: "waiting", for: stacks } };
}

export function failed(stack: string, message: string): StackReport {
  return { stack, outcome: { kind: "failed", message } };
}

/** A stack without anything in it. */
export function stackOf(name: string, ...dependencies: string[]): Stack {
  return { name, dependencies, text: "{}", folder: "unused" };
}

/** Answers with the outcomes of each stack, one after the other, and tells each call. */
export function plannerOf(outcomes: Readonly<Record<string, readonly Outcome[]>>, calls: string[]) {
  const left = new Map(Object.entries(outcomes).map(([name, own]) => [name, [...own]]));
  return async ({ name }: Stack): Promise<Outcome> => {
    calls.push(`plan ${name}`);
    const outcome = left.get(name)?.shift();
    if (outcome === undefined) throw new Error(`${name} is planned once too often`);
    return outcome;
  };
}
