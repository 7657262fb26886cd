import type { Difference } from "./differences";
import type { Rehearsal } from "./rehearsal";

/** Every difference is explained, and every explanation needed. */
export function passed({ unexplained, unused }: Pick<Rehearsal, "unexplained" | "unused">): boolean {
  return unexplained.length === 0 && unused.length === 0;
}

/** The result for people. */
export function rehearsalText(rehearsal: Rehearsal): string {
  const { packages, explained, unexplained, unused, milliseconds } = rehearsal;
  const sections = [
    list(
      "Packages:",
      packages.map(
        ({ from, to, node }) => `${from} -> ${to}${node === undefined ? "" : `, needs Node.js ${node}`}`,
      ),
    ),
    list(
      "Differences, explained:",
      explained.flatMap(({ why, differences }) =>
        grouped(differences).map((group) => `${group}\n      ${why}`),
      ),
    ),
    list("Differences that nobody has explained (ci/cdktn/explanations.ts):", grouped(unexplained)),
    list("Explanations that explain nothing, to be removed (ci/cdktn/explanations.ts):", unused),
    `${passed(rehearsal) ? "The move would change nothing else" : "FAILED"} (${(milliseconds / 1000).toFixed(0)} s).`,
  ];
  return sections.filter((section) => section !== "").join("\n\n");
}

function list(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : [title, ...lines.map((line) => `  - ${line}`)].join("\n");
}

/** The same change in several files is one line, with the files below. */
function grouped(differences: readonly Difference[]): string[] {
  const files = new Map<string, string[]>();
  for (const { file, path, before, after } of differences) {
    const change = `${path || "the file"}: ${before ?? "nothing"} -> ${after ?? "nothing"}`;
    files.set(change, [...(files.get(change) ?? []), file]);
  }
  return [...files].map(([change, names]) => `${change}\n      in ${names.join(", ")}`);
}
