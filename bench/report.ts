import { markdownTable } from "../ci/markdown-table";
import { plainTable } from "../local/table";
import type { Spread } from "./measure";

export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What a benchmark has to say: sentences and tables, one after the other. */
export type Report = readonly (string | Table)[];

/** For the terminal. */
export function reportText(report: Report): string {
  return report.map((part) => (typeof part === "string" ? part : tableText(part))).join("\n\n");
}

/** For a page in Markdown. */
export function reportMarkdown(report: Report): string {
  return report
    .map((part) => (typeof part === "string" ? part : markdownTable(part.head, part.rows).join("\n")))
    .join("\n\n");
}

function tableText({ head, rows }: Table): string {
  const table = plainTable(head);
  table.push(...rows.map((row) => [...row]));
  return table.toString();
}

/** "1.23 s", or "1.23 s (1.20 to 1.31)" where there were several runs. */
export function seconds({ median, least, most }: Spread): string {
  const text = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
  return `${text(median)} s${least === most ? "" : ` (${text(least)} to ${text(most)})`}`;
}

/** The same in milliseconds. */
export function milliseconds({ median, least, most }: Spread): string {
  return `${median.toFixed(0)} ms${least === most ? "" : ` (${least.toFixed(0)} to ${most.toFixed(0)})`}`;
}

/** "1,234 KB", in thousands of bytes. */
export function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000).toLocaleString("en")} KB`;
}

/** "met" or "missed", in a sentence. */
export function target(what: string, isMet: boolean, got: string): string {
  return `Target: ${what}: ${isMet ? "met" : "missed"}, ${got}.`;
}
