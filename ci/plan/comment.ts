import { markdownTable } from "../markdown-table";
import { alert, code } from "./markdown";
import {
  COUNT_HEAD,
  countRow,
  lossAlert,
  partsOf,
  type StackReport,
  stackDetails,
  totals,
} from "./stack-report";

/** What a pull request does. */
export interface PullRequestPlan {
  /** Stacks that it touches, in the order of their dependencies. */
  readonly reports: readonly StackReport[];
  /** Stacks that it takes out of the configuration. */
  readonly gone: readonly string[];
}

export interface CommentOptions {
  /** In characters. @default no limit */
  readonly limit?: number;
  /** Of the whole text, for one that is cut. */
  readonly link?: string | undefined;
}

/** By which the comment is found again. */
export const MARKER = "<!-- rds-secret-rotation: plan -->";
/** In characters. https://github.com/orgs/community/discussions/41331 */
export const COMMENT_LIMIT = 65_536;
/** In bytes. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits */
export const JOB_SUMMARY_LIMIT = 1024 * 1024;
/** More rows are only counted. */
const MOST_ROWS = 200;

/** The text that a reviewer reads. Too long, whole resources are left out, from the longest diffs first. */
export function comment(
  plan: PullRequestPlan,
  { limit = Number.POSITIVE_INFINITY, link }: CommentOptions = {},
): string {
  const parts = plan.reports.map(partsOf);
  const kept = parts.map((own) => own.length);
  const length = (index: number) =>
    (parts[index] ?? []).slice(0, kept[index]).reduce((sum, part) => sum + part.length, 0);
  for (;;) {
    const text = commentText(plan, parts, kept, link);
    const tooLong = text.length - limit;
    if (tooLong <= 0) return text;
    // Then all that is left is the table and what stands above it, which are short.
    if (kept.every((count) => count === 0)) return text.slice(0, limit);
    for (let saved = 0; saved < tooLong && kept.some((count) => count > 0); ) {
      const longest = kept.map((_, index) => index).reduce((a, b) => (length(b) > length(a) ? b : a));
      kept[longest] = Math.max(0, (kept[longest] ?? 0) - 1);
      saved += parts[longest]?.[kept[longest] ?? 0]?.length ?? 0;
    }
  }
}

function commentText(
  { reports, gone }: PullRequestPlan,
  parts: readonly (readonly string[])[],
  kept: readonly number[],
  link: string | undefined,
): string {
  const cut = parts.reduce((sum, own, index) => sum + own.length - (kept[index] ?? 0), 0);
  const whole = link === undefined ? "in the output of the run" : `in [the run](<${new URL(link).href}>)`;
  return [
    MARKER,
    `### ${headline(reports)}`,
    ...lossAlert(reports),
    ...goneAlert(gone),
    reports.length === 0
      ? "Every stack of the configuration reads as it does in the base."
      : stackTable(reports),
    ...(cut > 0
      ? [`**${cut} resources are left out below, for the length of a comment.** All of it is ${whole}.`]
      : []),
    ...reports.flatMap((report, index) => {
      const own = parts[index] ?? [];
      const count = kept[index] ?? 0;
      return own.length === 0 ? [] : [stackDetails(report, own.slice(0, count), own.length - count)];
    }),
    ...(cut === 0 && link !== undefined && reports.length > 0
      ? [`Planned in [this run](<${new URL(link).href}>).`]
      : []),
  ].join("\n\n");
}

function headline(reports: readonly StackReport[]): string {
  const failed = reports.filter(({ outcome }) => outcome.kind === "failed").length;
  const waiting = reports.filter(({ outcome }) => outcome.kind === "waiting").length;
  const parts = [
    totals(reports),
    failed > 0 ? `${failed} failed` : "",
    waiting > 0 ? `${waiting} cannot be planned yet` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "No changes" : `Plan: ${parts.join(", ")}`;
}

function stackTable(reports: readonly StackReport[]): string {
  const more = reports.length - MOST_ROWS;
  return markdownTable(COUNT_HEAD, [
    ...reports.slice(0, MOST_ROWS).map((report) => countRow(report)),
    ...(more > 0 ? [[`and ${more} more`, "", "", "", "", ""]] : []),
  ]).join("\n");
}

function goneAlert(gone: readonly string[]): string[] {
  if (gone.length === 0) return [];
  return [
    alert("WARNING", [
      "**⚠️ Gone from the configuration, but not from AWS:**",
      ...gone.map(
        (stack) =>
          `- ${code(stack)}: before this is merged, ${code(`cdktf destroy ${stack}`)} on the base branch`,
      ),
      "",
      "A deploy does not destroy them, and once this is merged nothing here can. What was never deployed needs nothing.",
    ]),
  ];
}
