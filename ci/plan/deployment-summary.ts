import { markdownTable } from "../markdown-table";
import type { DeployedStack } from "./deployment";
import { fence } from "./markdown";
import { COUNT_HEAD, countRow, lossAlert, noteOf, partsOf, stackDetails } from "./stack-report";

/** What a deploy did, for people. */
export function deploymentSummary(environment: string, stacks: readonly DeployedStack[]): string {
  return [
    `### ${headline(environment, stacks)}`,
    ...lossAlert(stacks),
    markdownTable(
      COUNT_HEAD,
      stacks.map((stack) => countRow(stack, resultText(stack))),
    ).join("\n"),
    ...stacks.flatMap(({ message }) => (message === undefined ? [] : [fence("text", message)])),
    ...stacks.flatMap((stack) => {
      const parts = partsOf(stack);
      return parts.length === 0 ? [] : [stackDetails(stack, parts)];
    }),
  ].join("\n\n");
}

function headline(environment: string, stacks: readonly DeployedStack[]): string {
  const applied = stacks.filter(({ result }) => result === "applied").length;
  const soFar = `${applied} of ${stacks.length} stacks applied`;
  const refused = stacks.some(({ result }) => result === "refused");
  const failed = stacks.find(({ result }) => result === "failed");
  if (refused) return `Deploy of ${environment} refused, ${soFar}`;
  if (failed !== undefined) return `Deploy of ${environment} failed at ${failed.stack}, ${soFar}`;
  if (stacks.some(({ result }) => result === "planned")) return `Deploy of ${environment}, tried only`;
  return applied === 0 ? `Nothing to deploy in ${environment}` : `Deployed ${environment}`;
}

function resultText({ result, outcome }: DeployedStack): string {
  const words: Readonly<Record<DeployedStack["result"], string>> = {
    applied: "✅ applied",
    "no changes": "no changes",
    failed: "❌ **failed**",
    refused: "⛔ **refused**",
    planned: noteOf(outcome) || "planned",
    "not reached": "not reached",
  };
  return words[result];
}
