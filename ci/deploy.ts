import { plainProgress } from "../local/progress";
import { deploy, succeeded } from "./plan/deployment";
import { deploymentSummary } from "./plan/deployment-summary";
import { applyPlan, planner } from "./plan/planner";
import { lossesIn } from "./plan/stack-report";
import { LABEL } from "./plan/stateful-types";
import { readApp, stacksOf } from "./plan/synthesized-app";
import { required, runProgram, writeOutput } from "./program";

const USAGE = `Deploys every stack of an environment, in the order of their dependencies. What is checked is what is applied.

Plans all of them first, and refuses before anything is applied where a plan would destroy or replace a resource that
holds state. Then applies those plans, one stack after the other; a stack that reads from one just applied is planned
and checked again. Stops at the first failure.

Usage: npm run deploy:reviewed -- --environment <name> --out <folder> [options]

  --environment <name>       whose stacks are deployed
  --from <folder>            what was synthesized (default cdktf.out)
  --out <folder>             for summary.md
  --allow-stateful-changes   do not refuse; a workflow sets it where the pull request had the label ${LABEL}
  --dry-run                  plan and check, and apply nothing
  --help                     show this

Exit code: 0, or 1 where anything was refused or failed. summary.md is written in either case.
`;

const OPTIONS = {
  environment: { type: "string" },
  from: { type: "string", default: "cdktf.out" },
  out: { type: "string" },
  [LABEL]: { type: "boolean", default: false },
  "dry-run": { type: "boolean", default: false },
} as const;

runProgram(USAGE, OPTIONS, async ({ from, out, ...values }) => {
  const [folder, environment] = [required("out", out), required("environment", values.environment)];
  const app = readApp(from);
  const write = (text: string) => process.stdout.write(text);
  const stacks = await deploy({
    stacks: stacksOf(app, environment),
    plan: planner(app, { toApply: true }),
    apply: (stack) => {
      write(`\nApply ${stack.name}\n`);
      return applyPlan(stack, write);
    },
    allowStatefulChanges: values[LABEL],
    dryRun: values["dry-run"],
    // Not the spinner: what Terraform writes stands between the lines.
    progress: plainProgress((line) => write(`${line}\n`)),
  });
  const summary = deploymentSummary(environment, stacks);
  await writeOutput(folder, "summary.md", summary);
  write(`\n${summary}\n`);
  const refused = lossesIn(stacks.filter(({ result }) => result === "refused"));
  if (refused.length > 0) {
    const lines = refused.map(({ kind, address, stack }) => `  ${stack}: ${kind} ${address}`);
    process.stderr.write(
      `\nRefused, since what they hold is lost:\n${lines.join("\n")}\n` +
        `Where that is meant, give the pull request the label ${LABEL}, or run this with --${LABEL}.\n`,
    );
  }
  return succeeded(stacks) ? 0 : 1;
});
