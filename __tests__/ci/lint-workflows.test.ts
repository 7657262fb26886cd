import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../support/run-program";
import { expression, WORKFLOW_FILES, workflowText } from "../support/workflows";

const LINTER = "ci/lint-workflows.mts";

/** A mistake in one of our workflows: what stands there, what is put in its place, and what is said of it. */
const MISTAKES: Readonly<
  Record<string, readonly [file: string, right: string, wrong: string, said: string]>
> = {
  "unknown key": [
    "drift.yml",
    "timeout-minutes: 60",
    "timeout-minute: 60",
    "Unexpected value 'timeout-minute'",
  ],
  "unknown permission": ["deploy.yml", "id-token: write", "idtoken: write", "Unexpected value 'idtoken'"],
  "wrong permission": ["drift.yml", "issues: write", "issues: all", "Unexpected value 'all'"],
  "unknown trigger": ["drift.yml", "workflow_dispatch:", "workflow_dispatched:", "'workflow_dispatched'"],
  "missing needs": ["drift.yml", "    needs: check\n", "", "Context access might be invalid: check"],
  "unknown needs": [
    "deploy.yml",
    "[reviewed, guard]",
    "[reviewed, gard]",
    "Job 'deploy' depends on unknown job 'gard'",
  ],
  "unknown output": [
    "drift.yml",
    "needs.check.outputs.code",
    "needs.check.outputs.cod",
    "might be invalid: cod",
  ],
  "unknown step": ["drift.yml", "steps.upload.outputs", "steps.uplaod.outputs", "might be invalid: uplaod"],
  "unknown matrix": [
    "deploy.yml",
    `ENVIRONMENT: ${expression("matrix.environment")}`,
    `ENVIRONMENT: ${expression("matrix.env")}`,
    "might be invalid: env",
  ],
  "unknown context": [
    "deploy.yml",
    expression("github.sha"),
    expression("git.sha"),
    "Unrecognized named-value: 'git'",
  ],
  "unknown function": ["deploy.yml", "fromJSON(", "fromJson5(", "Unrecognized function: 'fromJson5'"],
  "broken expression": [
    "drift.yml",
    expression("!cancelled()"),
    expression("!cancelled("),
    "Unexpected end of expression",
  ],
  "broken cron": ["drift.yml", "17 5 * * *", "17 25 * * *", "Invalid cron"],
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-workflows-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("the workflows are without a problem", async () => {
  expect(await runProgram(LINTER, [])).toEqual({
    code: 0,
    stdout: `${WORKFLOW_FILES.length} workflows, no problem\n`,
    stderr: "",
  });
}, 60_000);

test("mistakes are found, each where it is", async () => {
  for (const [name, [file, right, wrong]] of Object.entries(MISTAKES)) {
    const text = workflowText(file);
    expect(text).toContain(right);
    writeFileSync(
      join(folder, `${name}.yml`),
      text.replace(right, () => wrong),
    );
  }

  const { code, stderr } = await runProgram(LINTER, ["--folder", folder]);

  expect(code).toBe(1);
  for (const [name, [file, right, , said]] of Object.entries(MISTAKES)) {
    const line = workflowText(file).split(right)[0]?.split("\n").length;
    const found = stderr.split("\n").filter((each) => each.startsWith(`${name}.yml:`));
    expect(found.join("\n")).toContain(said);
    if (name !== "missing needs") expect(found.join("\n")).toContain(`${name}.yml:${line}:`);
  }
}, 60_000);

test("a folder without workflows is no success", async () => {
  expect(await runProgram(LINTER, ["--folder", folder])).toMatchObject({
    code: 1,
    stderr: `${folder} has no workflow\n`,
  });
}, 60_000);
