import { type Counts, countsOf, hasChanges, type Loss, lossesOf } from "./classification";
import { alert, code, details, fence } from "./markdown";
import type { Outcome } from "./planner";
import { planDiffs } from "./resource-diff";
import { refuseSensitiveStrings } from "./sensitive-strings";
import { LABEL } from "./stateful-types";

/** A stack, and what came of planning it. */
export interface StackReport {
  readonly stack: string;
  readonly outcome: Outcome;
}

/** More are only counted. */
const MOST_LOSSES = 50;

const OUTPUTS = "only outputs to change";

export const COUNT_HEAD = ["Stack", "Add", "Change", "Replace", "Destroy", ""] as const;

/** A row of a table under {@link COUNT_HEAD}. */
export function countRow({ stack, outcome }: StackReport, note = noteOf(outcome)): string[] {
  const kinds = ["add", "change", "replace", "destroy"] as const;
  const counts = outcome.kind === "planned" ? countsOf(outcome.plan) : undefined;
  return [code(stack), ...kinds.map((kind) => String(counts?.[kind] || "")), note];
}

/** What the numbers do not say. */
export function noteOf(outcome: Outcome): string {
  if (outcome.kind === "failed") return "❌ **failed**";
  if (outcome.kind === "waiting")
    return `⏳ cannot be planned yet: deploy ${outcome.for.map(code).join(", ")} first`;
  if (!hasChanges(outcome.plan)) return "no changes";
  const { move, import: imported, forget } = countsOf(outcome.plan);
  const notes = Object.entries({ moved: move, imported, forgotten: forget });
  const words = notes.flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  return totals([{ stack: "", outcome }]) === OUTPUTS ? OUTPUTS : words.join(", ");
}

/** "1 to add, 2 to change" of all stacks together; empty where nothing changes. */
export function totals(reports: readonly StackReport[]): string {
  const kinds = ["add", "change", "replace", "destroy", "forget", "move", "import"] as const;
  const counts = reports.flatMap(({ outcome }) =>
    outcome.kind === "planned" ? [countsOf(outcome.plan)] : [],
  );
  const sum = (kind: keyof Counts) => counts.reduce((total, each) => total + each[kind], 0);
  const words = kinds.flatMap((kind) => (sum(kind) > 0 ? [`${sum(kind)} to ${kind}`] : []));
  // They follow from resources, but for edits of the outputs themselves.
  return words.length === 0 && sum("output") > 0 ? OUTPUTS : words.join(", ");
}

export function lossesIn(reports: readonly StackReport[]): (Loss & { readonly stack: string })[] {
  return reports.flatMap(({ stack, outcome }) =>
    outcome.kind === "planned" ? lossesOf(outcome.plan).map((loss) => ({ ...loss, stack })) : [],
  );
}

/** Destroys and replacements of stateful resources, to stand on top; nothing where there are none. */
export function lossAlert(reports: readonly StackReport[]): string[] {
  const losses = lossesIn(reports);
  if (losses.length === 0) return [];
  const lines = losses.slice(0, MOST_LOSSES).map(({ stack, address, kind, what }) => {
    const loses = kind === "forget" ? "it stays in AWS, and nobody manages it" : `loses ${what}`;
    return `- **${kind} ${code(address)}** in ${code(stack)}: ${loses}`;
  });
  return [
    alert("CAUTION", [
      "**⚠️ This takes away what cannot be made again:**",
      ...lines,
      ...(losses.length > MOST_LOSSES ? [`- and ${losses.length - MOST_LOSSES} more`] : []),
      "",
      `A deploy refuses it without the label ${code(LABEL)}. What is only renamed can be moved: ${code("docs/upgrading.md")}.`,
    ]),
  ];
}

/** The parts of a stack's text: one a resource, or the message of a failure. */
export function partsOf({ stack, outcome }: StackReport): string[] {
  if (outcome.kind === "waiting") return [];
  if (outcome.kind === "failed") return [outcome.message];
  const parts = planDiffs(outcome.plan);
  for (const part of parts) refuseSensitiveStrings(part, outcome.plan, stack);
  return parts;
}

/** The folded text of a stack. @param cut how many of its parts are left out */
export function stackDetails(report: StackReport, parts: readonly string[], cut = 0): string {
  const { stack, outcome } = report;
  const summary = outcome.kind === "failed" ? "failed" : totals([report]) || noteOf(outcome);
  const body = [
    ...(parts.length > 0 ? [fence(outcome.kind === "failed" ? "text" : "diff", parts.join("\n\n"))] : []),
    ...(cut > 0 ? [`${cut} more left out here, for their length.`] : []),
  ];
  return details(`${stack}: ${summary}`, body.join("\n\n"));
}
