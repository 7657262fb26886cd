import { quoted } from "./attribute-lines";
import type { Change, Plan } from "./schema";

/**
 * In characters. Shorter ones stand in many texts by chance, and are masked where they are marked; the shortest
 * password that RDS takes has 8.
 */
const SHORTEST = 8;

/** cdktf marks all that one stack tells another; those are ids and ARNs, which the resources themselves show. */
const CROSS_STACK_OUTPUT = /^cross-stack-output-/;

/**
 * The second lock behind masking by structure.
 * @throws where a text holds a string that its plan marks as sensitive anywhere; never with the string
 */
export function refuseSensitiveStrings(text: string, plan: Plan, of: string): void {
  for (const [place, string] of sensitiveStrings(plan)) {
    if (text.includes(string)) {
      throw new Error(`${of}: the text holds a value that is sensitive in ${place}, so it is not shown`);
    }
  }
}

function sensitiveStrings(plan: Plan): [place: string, string: string][] {
  const changes: [string, Change][] = [
    ...[...plan.resource_changes, ...plan.resource_drift].map(({ address, change }): [string, Change] => [
      address,
      change,
    ]),
    ...Object.entries(plan.output_changes).filter(([name]) => !CROSS_STACK_OUTPUT.test(name)),
  ];
  return changes.flatMap(([place, { before, after, before_sensitive, after_sensitive }]) =>
    [...strings(before, before_sensitive), ...strings(after, after_sensitive)]
      .flatMap((string) => string.split("\n"))
      // As it is, and as it is quoted.
      .flatMap((line) => [line, quoted(line).slice(1, -1)])
      .filter((line) => line.trim().length >= SHORTEST)
      .map((line): [string, string] => [place, line.trim()]),
  );
}

function strings(value: unknown, mask: unknown): string[] {
  if (typeof value === "string") return mask === true ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    strings(inner, mask === true || (mask as Readonly<Record<string, unknown>>)?.[key]),
  );
}
