import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, TerraformStack } from "cdktf";
import { LOST_DATABASE, planJson, type ResourceInput, SCHEDULE, UNCHANGED } from "../../support/plans";

const PROJECT = resolve(__dirname, "../../..");
/** The CLI of cdktf takes seconds a stack, on a busy machine many. */
const TIMEOUT_MS = 180_000;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "programs-test-"));
  mkdirSync(join(folder, "terraform"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Synthesizes stacks, each with those that it depends on. */
function synthesized(name: string, stacks: Readonly<Record<string, readonly string[]>>): string {
  const app = new App({ outdir: join(folder, name) });
  const made = new Map(Object.keys(stacks).map((id) => [id, new TerraformStack(app, id)]));
  for (const [id, dependencies] of Object.entries(stacks)) {
    for (const dependency of dependencies)
      made.get(id)?.addDependency(made.get(dependency) as TerraformStack);
  }
  app.synth();
  return join(folder, name);
}

/** What Terraform answers for a stack: see __tests__/support/fake-terraform.mjs. */
function answers(
  stack: string,
  answer: {
    resources?: readonly ResourceInput[];
    errors?: readonly object[];
    initError?: string;
    applyError?: string;
  },
) {
  const plan = JSON.parse(planJson(answer.resources ?? []));
  writeFileSync(join(folder, "terraform", `${stack}.json`), JSON.stringify({ ...answer, plan }));
}

/** The real programs and the real CLI of cdktf, with a Terraform that says what it is told. */
function run(program: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", join(PROJECT, "ci", `${program}.ts`), "--out", join(folder, "out"), ...args],
    {
      cwd: PROJECT,
      encoding: "utf8",
      env: {
        ...process.env,
        TERRAFORM_BINARY_NAME: join(PROJECT, "__tests__/support/fake-terraform.mjs"),
        FAKE_TERRAFORM: join(folder, "terraform"),
      },
    },
  );
  return { status, stdout, stderr };
}

function written(file: string): string {
  return readFileSync(join(folder, "out", file), "utf8");
}

/** What was asked of Terraform, but for what only reads plans. */
function calls(): string[] {
  const file = join(folder, "terraform/calls");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

const remoteState = (stack: string) => `data.terraform_remote_state.cross-stack-reference-input-${stack}`;
// As Terraform 1.11 writes them.
const NO_STATE = {
  severity: "error",
  summary: "Unable to find remote state",
  detail: "No stored state was found for the given workspace in the given backend.",
  address: remoteState("shop-network"),
};
const NO_OUTPUT = {
  severity: "error",
  summary: "Unsupported attribute",
  detail: 'This object does not have an attribute named "cross-stack-output-aws_vpc_vpc_id".',
  snippet: {
    context: "resource.aws_security_group.database_security-group",
    values: [
      { traversal: `${remoteState("shop-network")}.outputs`, statement: "is object with 7 attributes" },
    ],
  },
};
const INVALID = {
  severity: "error",
  summary: "Invalid value",
  detail: "port must be a number",
  address: "aws_x.y",
};

test(
  "plan:pull-request plans all that is touched, and fails once it has told of each",
  () => {
    // given
    const base = synthesized("base", {});
    const head = synthesized("head", {
      "shop-network": [],
      "shop-invoices": ["shop-network"],
      "shop-ledger": ["shop-network"],
      "shop-stock": ["shop-network"],
      "shop-vault": [],
      "shop-zone": [],
    });
    answers("shop-zone", {
      resources: [
        {
          address: "aws_a.leak",
          actions: ["create"],
          after: { password: "correct horse", description: "uses correct horse" },
          sensitiveAfter: { password: true },
        },
      ],
    });
    answers("shop-vault", { initError: "Error: no credentials for the state" });
    answers("shop-network", { resources: [SCHEDULE] });
    answers("shop-invoices", { errors: [NO_STATE] });
    answers("shop-ledger", { errors: [NO_OUTPUT, INVALID] });
    answers("shop-stock", { errors: [NO_OUTPUT, NO_OUTPUT] });

    // when
    const { status, stdout } = run("pull-request", "--base", base, "--head", head);

    // then
    const comment = written("comment.md");
    expect(comment).toContain(`
| \`shop-network\` |  | 1 |  |  |  |
| \`shop-invoices\` |  |  |  |  | ⏳ cannot be planned yet: deploy \`shop-network\` first |
| \`shop-ledger\` |  |  |  |  | ❌ **failed** |
| \`shop-stock\` |  |  |  |  | ⏳ cannot be planned yet: deploy \`shop-network\` first |
| \`shop-vault\` |  |  |  |  | ❌ **failed** |
| \`shop-zone\` |  |  |  |  | ❌ **failed** |
`);
    expect(comment).toContain("Error: no credentials for the state");
    expect(comment).toContain("shop-zone: the text holds a value that is sensitive in aws_a.leak");
    expect(comment + stdout).not.toContain("horse");
    expect(comment).toContain("Error: Invalid value\nin aws_x.y\nport must be a number\n");
    expect(written("whole.md")).toBe(comment);
    expect(stdout).toContain(comment);
    expect(stdout).toContain("Plan shop-network: 1 to change (");
    // Under a role that only reads, nothing can be locked.
    expect(calls()).toEqual(
      ["network", "invoices", "ledger", "stock", "zone"].map((name) => `plan shop-${name} -lock=false`),
    );
    // A plan holds values of the state, so none stays.
    expect(existsSync(join(head, "stacks/shop-network/plan"))).toBe(false);
    expect(status).toBe(1);
  },
  TIMEOUT_MS,
);

test(
  "plan:pull-request plans nothing where nothing is touched, and tells of a stack that is gone",
  () => {
    const base = synthesized("base", { "shop-network": [], "shop-stock": [] });
    const head = synthesized("head", { "shop-network": [] });

    expect(run("pull-request", "--base", base, "--head", head).status).toBe(0);

    expect(written("comment.md")).toMatch(/### No changes[\s\S]*`cdktf destroy shop-stock`/);
    expect(calls()).toEqual([]);
  },
  TIMEOUT_MS,
);

describe("deploy:reviewed", () => {
  const PLANS = ["plan shop-network -lock=true", "plan shop-orders -lock=true"];

  test(
    "refuses a loss, names its address and the label, and applies nothing",
    () => {
      const head = synthesized("head", { "shop-network": [], "shop-orders": ["shop-network"] });
      answers("shop-network", { resources: [SCHEDULE] });
      answers("shop-orders", { resources: [LOST_DATABASE] });

      const { status, stderr } = run("deploy", "--environment", "shop", "--from", head);

      expect(status).toBe(1);
      expect(stderr).toContain("shop-orders: replace aws_db_instance.database");
      expect(stderr).toContain("the label allow-stateful-changes");
      expect(calls()).toEqual(PLANS);
      expect(written("summary.md")).toMatch(/^### Deploy of shop refused, 0 of 2 stacks applied/);
    },
    TIMEOUT_MS,
  );

  test(
    "applies the plan that was checked, and stops at the first failure",
    () => {
      const head = synthesized("head", { "shop-network": [], "shop-orders": ["shop-network"] });
      answers("shop-network", { resources: [LOST_DATABASE], applyError: "Error: quota" });
      answers("shop-orders", { resources: [SCHEDULE] });

      const args = ["--environment", "shop", "--from", head, "--allow-stateful-changes"];

      expect(run("deploy", ...args, "--dry-run").status).toBe(0);
      expect(calls()).toEqual(PLANS);
      const { status, stdout } = run("deploy", ...args);

      expect(status).toBe(1);
      expect(calls()).toEqual([...PLANS, ...PLANS, "apply shop-network the plan"]);
      expect(stdout).toContain("applying shop-network\nError: quota\n");
      expect(written("summary.md")).toMatch(
        /failed at shop-network[\s\S]*not reached[\s\S]*\nError: quota\n/,
      );
    },
    TIMEOUT_MS,
  );
});

test(
  "drift ends with 2 and a report where a deploy would change something, with 0 and none where not",
  () => {
    const head = synthesized("head", { "shop-orders": [] });
    answers("shop-orders", { resources: [UNCHANGED, SCHEDULE] });

    expect(run("drift", "--from", head).status).toBe(2);
    expect(written("drift.md")).toContain("### AWS is not as configured in 1 of 1 stacks");

    answers("shop-orders", { resources: [UNCHANGED] });
    expect(run("drift", "--from", head, "--environment", "shop")).toMatchObject({ status: 0 });
    expect(existsSync(join(folder, "out/drift.md"))).toBe(false);
  },
  TIMEOUT_MS,
);

test.each([
  ["pull-request", ["--head", "x"], "--base is needed"],
  [
    "pull-request",
    ["--base", "x", "--link", "javascript:alert(1)"],
    "--link must be a URL that begins with https://",
  ],
  ["deploy", [], "--environment is needed"],
  ["deploy", ["--no-such"], "Unknown option '--no-such'"],
  ["drift", ["--from", "no-such-folder"], "no-such-folder has no manifest.json: synthesize into it first"],
])("%s %j says what is wrong, and ends with 1", (program, args, problem) => {
  const { status, stderr } = run(program, ...args);

  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(problem) });
  expect(existsSync(join(folder, "out"))).toBe(false);
});

test.each(["pull-request", "deploy", "drift"])("%s --help says how it is used", (program) => {
  const { status, stdout } = run(program, "--help");

  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("Usage: npm run ") });
});
