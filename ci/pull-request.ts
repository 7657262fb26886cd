import { z } from "zod";
import { progressFor } from "../local/progress";
import { UsageError } from "../local/usage-error";
import { COMMENT_LIMIT, comment, JOB_SUMMARY_LIMIT, type PullRequestPlan } from "./plan/comment";
import { planAll } from "./plan/plan-all";
import { planner } from "./plan/planner";
import { readApp, touchedStacks } from "./plan/synthesized-app";
import { required, runProgram, writeOutput } from "./program";

const USAGE = `Plans every stack that a change touches, and writes what a reviewer has to know. Changes nothing in AWS.

Compares two synthesized folders. A stack whose JSON differs, with the hash of its function's archive in it, is
planned with "cdktf diff" against the state as it is; one that is gone is reported.

Usage: npm run plan:pull-request -- --base <folder> --out <folder> [options]

  --base <folder>   what the base branch synthesizes
  --head <folder>   what the change synthesizes (default cdktf.out)
  --out <folder>    for comment.md, at most ${COMMENT_LIMIT} characters, and whole.md, where nothing is cut
  --link <URL>      where whole.md can be read
  --help            show this

Exit code: 0, or 1 where a stack cannot be planned for a reason other than a stack that is to be deployed first.
Both files are written in either case.
`;

const OPTIONS = {
  base: { type: "string" },
  head: { type: "string", default: "cdktf.out" },
  out: { type: "string" },
  link: { type: "string" },
} as const;

runProgram(USAGE, OPTIONS, async ({ head, link, ...values }) => {
  const [folder, base] = [required("out", values.out), required("base", values.base)];
  if (link !== undefined && !z.url({ protocol: /^https?$/ }).safeParse(link).success) {
    throw new UsageError(`--link must be a URL that begins with https:// or http://, got "${link}"`);
  }
  const app = readApp(head);
  const { stacks, gone } = touchedStacks(readApp(base), app);
  const plan: PullRequestPlan = {
    reports: await planAll(stacks, planner(app), await progressFor()),
    gone,
  };
  const text = comment(plan, { limit: COMMENT_LIMIT, link });
  const whole = comment(plan, { link });
  await writeOutput(folder, "comment.md", text);
  await writeOutput(folder, "whole.md", whole);
  process.stdout.write(`\n${text}\n`);
  if (Buffer.byteLength(whole) > JOB_SUMMARY_LIMIT) {
    process.stderr.write("\nwhole.md is longer than the 1 MiB that a job summary of GitHub takes.\n");
  }
  return plan.reports.some(({ outcome }) => outcome.kind === "failed") ? 1 : 0;
});
