import type { Progress } from "../../local/progress";
import { hasChanges } from "./classification";
import { planAll, planOne } from "./plan-all";
import type { Planner } from "./planner";
import { lossesIn, type StackReport } from "./stack-report";
import type { Stack } from "./synthesized-app";

export interface DeploymentOptions {
  /** In the order of their dependencies. */
  readonly stacks: readonly Stack[];
  readonly plan: Planner;
  /** Applies the last plan of a stack. @returns what went wrong, if anything did */
  readonly apply: (stack: Stack) => Promise<string | undefined>;
  readonly allowStatefulChanges: boolean;
  /** Stop before anything is applied. */
  readonly dryRun: boolean;
  readonly progress: Progress;
}

/** A stack, its last plan, and what was done about it. */
export interface DeployedStack extends StackReport {
  readonly result: "applied" | "no changes" | "failed" | "refused" | "planned" | "not reached";
  /** Why it could not be applied. */
  readonly message?: string;
}

/**
 * Plans all stacks, and refuses before anything is applied; then applies them in their order, each plan checked. Stops at
 * the first failure.
 */
export async function deploy(options: DeploymentOptions): Promise<DeployedStack[]> {
  const { stacks, plan, dryRun, progress } = options;
  const reports = await planAll(stacks, plan, progress);
  const checked = reports.map((report) => ({ ...report, result: check(report, options) }));
  if (dryRun || !succeeded(checked)) return checked;
  const done: DeployedStack[] = [];
  const wasApplied = (name: string) =>
    done.some(({ stack, result }) => stack === name && result === "applied");
  for (const [index, stack] of stacks.entries()) {
    if (!succeeded(done)) break;
    const early = checked[index];
    // What was planned holds until a stack that it reads from has been applied.
    const current = early?.outcome.kind === "planned" && !stack.dependencies.some(wasApplied);
    done.push(await applyChecked(stack, current ? early : await planOne(stack, plan, progress), options));
  }
  return [
    ...done,
    ...checked.slice(done.length).map((each) => ({ ...each, result: "not reached" as const })),
  ];
}

export function succeeded(stacks: readonly DeployedStack[]): boolean {
  return stacks.every(({ result }) => ["applied", "no changes", "planned"].includes(result));
}

async function applyChecked(
  stack: Stack,
  report: StackReport,
  options: DeploymentOptions,
): Promise<DeployedStack> {
  const { outcome } = report;
  const result = check(report, options);
  if (outcome.kind === "waiting") {
    // Whatever it reads from has had its turn.
    return {
      ...report,
      result: "failed",
      message: `There are no outputs of ${outcome.for.join(", ")} to read.`,
    };
  }
  if (outcome.kind === "failed" || result !== "planned") return { ...report, result };
  if (!hasChanges(outcome.plan)) return { ...report, result: "no changes" };
  const message = await options.apply(stack);
  return message === undefined ? { ...report, result: "applied" } : { ...report, result: "failed", message };
}

function check(
  report: StackReport,
  { allowStatefulChanges }: DeploymentOptions,
): "planned" | "failed" | "refused" {
  if (report.outcome.kind === "failed") return "failed";
  return !allowStatefulChanges && lossesIn([report]).length > 0 ? "refused" : "planned";
}
