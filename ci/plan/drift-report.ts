import { markdownTable } from "../markdown-table";
import { hasChanges, isDeployed, kindOf } from "./classification";
import { fence } from "./markdown";
import { resourceDiff } from "./resource-diff";
import { refuseSensitiveStrings } from "./sensitive-strings";
import {
  COUNT_HEAD,
  countRow,
  lossAlert,
  noteOf,
  partsOf,
  type StackReport,
  stackDetails,
} from "./stack-report";

/** How AWS and the configuration stand to each other. */
export type DriftState = "in step" | "not deployed" | "differs" | "failed";

/**
 * A deployed stack differs where a deploy would change it. What AWS alone keeps up to date, such as the time up to which
 * a database can be restored, makes no difference.
 */
export function driftStateOf({ outcome }: StackReport): DriftState {
  if (outcome.kind === "failed") return "failed";
  // A stack that has outputs to come differs itself, and what reads from one without a state was not deployed either.
  if (outcome.kind === "waiting" || !isDeployed(outcome.plan)) return "not deployed";
  return hasChanges(outcome.plan) ? "differs" : "in step";
}

/** Which stacks differ, and how. */
export function driftReport(reports: readonly StackReport[]): string {
  const shown = reports.filter((report) => ["differs", "failed"].includes(driftStateOf(report)));
  return [
    `### AWS is not as configured in ${shown.length} of ${reports.length} stacks`,
    "Deploy, to make AWS what the configuration says; or change the configuration, where AWS is right.",
    ...lossAlert(shown),
    markdownTable(
      COUNT_HEAD,
      reports.map((report) => countRow(report, noteOfState(report))),
    ).join("\n"),
    ...shown.flatMap((report) => {
      const parts = partsOf(report);
      const drift = driftParts(report);
      return [
        `#### ${report.stack}`,
        ...(drift.length > 0
          ? ["Changed in AWS since the last deploy:", fence("diff", drift.join("\n\n"))]
          : []),
        stackDetails(report, parts),
      ];
    }),
  ].join("\n\n");
}

function noteOfState(report: StackReport): string {
  const state = driftStateOf(report);
  if (state === "differs" && driftParts(report).length > 0) return "⚠️ changed in AWS";
  if (state === "differs") return "⚠️ not deployed as configured";
  return state === "failed" ? noteOf(report.outcome) : state;
}

/** What AWS has changed of what a deploy would change. */
function driftParts({ stack, outcome }: StackReport): string[] {
  if (outcome.kind !== "planned") return [];
  const { plan } = outcome;
  const changed = new Set(
    plan.resource_changes.filter(({ change }) => kindOf(change) !== "none").map(({ address }) => address),
  );
  const parts = plan.resource_drift
    .filter(({ address }) => changed.has(address))
    .map((resource) => {
      const gone = kindOf(resource.change) === "destroy";
      return resourceDiff(
        resource,
        `${resource.address} ${gone ? "is gone from AWS" : "was changed in AWS"}`,
      );
    });
  for (const part of parts) refuseSensitiveStrings(part, plan, stack);
  return parts;
}
