import { createPatch } from "diff";
import { CHANGES } from "./changes";

/** From the project's folder. */
export const PAGE = "docs/pull-request-comments.md";

/** @param comments by what changes */
export function pageText(comments: ReadonlyMap<string, string>): string {
  return [
    "# What pull requests show",
    [
      "Five changes of a small environment that is deployed, each with the comment that `ci/pull-request.ts` makes of it.",
      "Made by ci/prepared-changes.ts with the real Terraform and a stand-in for the AWS provider: every id is made up. The",
      "hashes of archives are left out, since they are others after every change of the function. How it comes to this:",
      "[docs/ci.md](ci.md).",
    ].join("\n"),
    ...CHANGES.flatMap(({ what, why }) => [`## ${what}`, why, "---", comments.get(what) ?? "", "---"]),
  ]
    .join("\n\n")
    .concat("\n");
}

/** What differs, for a terminal; empty where nothing does. */
export function pageDifference(stored: string, made: string): string {
  return stored === made ? "" : createPatch(PAGE, stored, made, "stored", "made");
}
