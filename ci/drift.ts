import { rm } from "node:fs/promises";
import { join } from "node:path";
import { progressFor } from "../local/progress";
import { driftReport, driftStateOf } from "./plan/drift-report";
import { planAll } from "./plan/plan-all";
import { planner } from "./plan/planner";
import { readApp, stacksOf } from "./plan/synthesized-app";
import { required, runProgram, writeOutput } from "./program";

const USAGE = `Compares AWS with the configuration: plans every deployed stack. Changes nothing in AWS.

Usage: npm run drift -- --out <folder> [options]

  --environment <name>   only this one's stacks (default all stacks)
  --from <folder>        what was synthesized (default cdktf.out)
  --out <folder>         for drift.md
  --help                 show this

Exit code: 0 where no deploy would change anything, and there is no drift.md; 2 where one would; 1 where a stack cannot
be planned, or the options are wrong.
`;

const OPTIONS = {
  environment: { type: "string" },
  from: { type: "string", default: "cdktf.out" },
  out: { type: "string" },
} as const;

const DRIFT = 2;

runProgram(USAGE, OPTIONS, async ({ environment, from, out }) => {
  const folder = required("out", out);
  const app = readApp(from);
  // One of an earlier run would be taken for this one's.
  await rm(join(folder, "drift.md"), { force: true });
  const stacks = environment === undefined ? app.stacks : stacksOf(app, environment);
  const reports = await planAll(stacks, planner(app), await progressFor());
  const states = reports.map(driftStateOf);
  const failed = states.includes("failed");
  if (!failed && !states.includes("differs")) {
    const deployed = states.filter((state) => state === "in step").length;
    process.stdout.write(
      `\nNo drift: ${deployed} stacks as configured, ${states.length - deployed} not deployed.\n`,
    );
    return 0;
  }
  const report = driftReport(reports);
  await writeOutput(folder, "drift.md", report);
  process.stdout.write(`\n${report}\n`);
  return failed ? 1 : DRIFT;
});
