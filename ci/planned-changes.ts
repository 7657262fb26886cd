/**
 * Shows what an edit changes in AWS. For ci/offline-terraform.sh, in its copy of the project and once the stacks of
 * ci/fixture-app.ts are applied: makes each edit, synthesizes, plans, and takes the edit back.
 * Usage: CDKTF_OUTDIR=<folder of the app> node --import tsx ci/planned-changes.ts <terraform>
 */
import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Edit, withEdit } from "./edit";
import { readPlan } from "./plan/schema";

interface PlannedEdit extends Edit {
  /** What has to be planned, and nothing else: "<stack>: <actions> <address>". */
  readonly planned: readonly string[];
}

const DATABASES = ["complete-invoices", "complete-ledger", "complete-orders", "complete-stock"];

const EDITS: readonly PlannedEdit[] = [
  {
    what: "a schedule",
    file: "__tests__/support/fixture-environment.ts",
    edit: (source) => source.replace("cron(0 2 ? * SUN *)", "cron(0 3 ? * SUN *)"),
    planned: ["complete-orders: update aws_secretsmanager_secret_rotation.schedule-app"],
  },
  {
    what: "a comment in lambda/",
    file: "lambda/rotation/handler.ts",
    edit: (source) => `// A comment.\n${source}\n/* Another. */\n`,
    planned: [],
  },
  {
    what: "code in lambda/",
    file: "lambda/rotation/handler.ts",
    edit: (source) => `${source}\nprocess.title = "rotation";\n`,
    planned: DATABASES.map((stack) => `${stack}: update aws_lambda_function.rotation`),
  },
  {
    what: "a resource's name, with moveFromId",
    file: "stacks/constructs/rotation-function.ts",
    edit: (source) =>
      source
        .replace('EncryptedLogGroup(this, "log"', 'EncryptedLogGroup(this, "events"')
        .replace(
          "const role =",
          'logGroup.moveFromId("aws_cloudwatch_log_group.rotation_log");\n    const role =',
        ),
    planned: DATABASES.map(
      (stack) =>
        `${stack}: move aws_cloudwatch_log_group.rotation_log to aws_cloudwatch_log_group.rotation_events`,
    ),
  },
];

const outdir = process.env.CDKTF_OUTDIR ?? "cdktf.out";
const [terraform = "terraform"] = process.argv.slice(2);

/** What an app writes that Terraform reads: a stack's JSON, and archives, by path. */
function synthesize(): ReadonlyMap<string, Buffer> {
  run(process.execPath, ["--require", "tsx/cjs", "ci/fixture-app.ts"]);
  const files = [
    ...readdirSync(join(outdir, "stacks")).map((stack) => join("stacks", stack, "cdk.tf.json")),
    ...readdirSync(join(outdir, "assets")).map((archive) => join("assets", archive)),
  ];
  return new Map(files.map((file) => [file, readFileSync(join(outdir, file))]));
}

/** @returns what Terraform would do in a stack */
function plan(stack: string): string[] {
  const folder = mkdtempSync(join(tmpdir(), "planned-changes-"));
  try {
    const file = join(folder, "tfplan");
    const cwd = join(outdir, "stacks", stack);
    run(terraform, ["plan", "-input=false", "-no-color", `-out=${file}`], { cwd });
    const { resource_changes: changes } = readPlan(run(terraform, ["show", "-json", file], { cwd }));
    return changes.flatMap(({ address, previous_address: previous, change }) => {
      const actions: string[] = change.actions.filter((action) => !["no-op", "read"].includes(action));
      if (previous !== undefined) actions.unshift(`move ${previous} to`);
      return actions.length > 0 ? [`${stack}: ${actions.join(" and ")} ${address}`] : [];
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(program: string, args: readonly string[], options: ExecFileSyncOptions = {}): string {
  return execFileSync(program, args, { ...options, encoding: "utf8", stdio: "pipe", maxBuffer: 2 ** 26 });
}

function fail(problem: string): never {
  console.error(problem);
  process.exit(1);
}

const applied = synthesize();
for (const change of EDITS) {
  const { what, planned } = change;
  const files = withEdit(change, synthesize);
  const changed = [...files].filter(([path, bytes]) => !applied.get(path)?.equals(bytes));
  // A stack that reads the same, down to its archives' hashes, has the empty plan that it had.
  const found = changed
    .map(([path]) => path.split("/"))
    .flatMap(([kind, stack = ""]) => (kind === "stacks" ? plan(stack) : []));
  if (found.sort().join("\n") !== [...planned].sort().join("\n")) {
    fail(`${what} has to change:\n${planned.join("\n")}\nand changes:\n${found.join("\n")}`);
  }
  if (planned.length === 0 && changed.length > 0) {
    fail(`${what} has to change no file, and changes ${changed.map(([path]) => path).join(", ")}`);
  }
  console.log(`${what} changes ${planned.length === 0 ? "nothing" : planned.join(", ")}`);
}
synthesize();
