import { visible } from "./attribute-lines";

/** A name as code. Nothing in it is read as Markdown or HTML. */
export function code(text: string): string {
  const ticks = "`".repeat(longestRun(text) + 1);
  const shown = visible(text);
  // One space on each side belongs to the marks: https://spec.commonmark.org/0.31.2/#code-spans
  return ticks.length === 1 ? `${ticks}${shown}${ticks}` : `${ticks} ${shown} ${ticks}`;
}

/** Text of several lines as it is. Its fence is longer than any in it, so nothing ends it early. */
export function fence(language: string, text: string): string {
  const ticks = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/** @param summary Markdown is not read there */
export function details(summary: string, body: string): string {
  return `<details>\n<summary>${escapeHtml(summary)}</summary>\n\n${body}\n\n</details>`;
}

/** A list that stands out: https://github.com/orgs/community/discussions/16925 */
export function alert(kind: "CAUTION" | "WARNING", lines: readonly string[]): string {
  return [`[!${kind}]`, ...lines].map((line) => `> ${line}`.trimEnd()).join("\n");
}

function longestRun(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`+/g), ([run]) => run.length));
}

function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
  return visible(text).replaceAll(/[&<>]/g, (character) => entities[character] ?? "");
}
