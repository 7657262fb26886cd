import { bootstrap } from "../../environments/bootstrap-schema";
import { readProjectFile } from "../support/documented-commands";
import {
  allJobs,
  expression,
  job,
  type Step,
  stepOf,
  WORKFLOW_FILES,
  workflow,
  workflowText,
} from "../support/workflows";

const JOBS = allJobs();
const STEPS = JOBS.flatMap(([path, { steps }]) => steps.map((step): [string, Step] => [path, step]));
const USES = WORKFLOW_FILES.flatMap((file) =>
  [...workflowText(file).matchAll(/^.*\buses:\s*(.*)$/gm)].map(([, action = ""]) => action),
);
const DIFF_ROLE = "vars.AWS_DIFF_ROLE_ARN";
const DEPLOY_ROLE = "vars.AWS_DEPLOY_ROLE_ARN";

/** Jobs that take on a role. */
function jobsWith(role: string): string[] {
  return JOBS.filter(([, { steps }]) =>
    steps.some((step) => step.with?.["role-to-assume"] === expression(role)),
  ).map(([path]) => path);
}

describe("what starts them", () => {
  test.each([
    ["pull-request.yml", { pull_request: { branches: ["main"] } }],
    [
      "deploy.yml",
      {
        push: { branches: ["main"] },
        workflow_dispatch: { inputs: { environment: expect.objectContaining({ type: "string" }) } },
      },
    ],
    ["drift.yml", { schedule: [{ cron: "17 5 * * *" }], workflow_dispatch: null }],
  ])("%s: nothing else, such as pull_request_target", (file, triggers) => {
    expect(workflow(file).on).toEqual(triggers);
  });

  test("there are no others", () => {
    expect(WORKFLOW_FILES).toEqual(["deploy.yml", "drift.yml", "pull-request.yml"]);
  });

  test("their branch is the one that the diff role trusts", () => {
    const github = { repository: "example/databases" };
    const { github: settings } = bootstrap.parse({ region: "eu-west-1", bucket: "example", github });
    expect(settings?.branch).toBe("main");
  });
});

describe("what they may do", () => {
  test.each(WORKFLOW_FILES)("%s: nothing that a job does not ask for", (file) => {
    expect(workflow(file).permissions).toEqual({});
  });

  test("each job: exactly this", () => {
    const read = { contents: "read" };
    const aws = { contents: "read", "id-token": "write" };
    expect(Object.fromEntries(JOBS.map(([path, { permissions }]) => [path, permissions]))).toEqual({
      "pull-request/checks": read,
      "pull-request/plan": aws,
      "pull-request/unplanned": {},
      "pull-request/comment": { ...read, "pull-requests": "write" },
      "deploy/reviewed": { ...read, "pull-requests": "read" },
      "deploy/guard": aws,
      "deploy/deploy": aws,
      "drift/check": aws,
      "drift/unchecked": {},
      "drift/issue": { ...read, issues: "write" },
    });
  });

  test("only jobs that take on a role get a token for it", () => {
    const withToken = JOBS.filter(([, { permissions }]) => permissions?.["id-token"]).map(([path]) => path);
    expect(withToken.sort()).toEqual([...jobsWith(DIFF_ROLE), ...jobsWith(DEPLOY_ROLE)].sort());
  });

  // The role trusts pull requests and the branch; in a GitHub environment the token says the environment instead.
  test("jobs with the diff role are in no GitHub environment, and are skipped where it is not set", () => {
    expect(jobsWith(DIFF_ROLE)).toEqual(["deploy/guard", "drift/check", "pull-request/plan"]);
    for (const path of jobsWith(DIFF_ROLE)) {
      expect(job(path).environment).toBeUndefined();
      expect(job(path).if).toContain(`${DIFF_ROLE} != ''`);
    }
  });

  test("the job with a deploy role is in the GitHub environment of the same name", () => {
    expect(jobsWith(DEPLOY_ROLE)).toEqual(["deploy/deploy"]);
    expect(job("deploy/deploy").environment).toBe(expression("matrix.environment"));
  });

  test("there is no long-lived secret", () => {
    for (const file of WORKFLOW_FILES) {
      expect(workflowText(file)).not.toMatch(/secrets\.|access-key/);
    }
  });

  test("no step leaves a token in the clone", () => {
    const checkouts = STEPS.filter(([, { uses }]) => uses?.startsWith("actions/checkout@"));
    expect(checkouts).toHaveLength(8);
    for (const [, step] of checkouts) expect(step.with?.["persist-credentials"]).toBe(false);
  });

  // Whoever writes a pull request writes what runs in it.
  test("what a pull request changes does not run where a token may write", () => {
    const [checkout] = job("pull-request/comment").steps;
    expect(checkout?.with?.ref).toBe(expression("github.event.pull_request.base.sha"));
    expect(job("pull-request/plan").if).toContain(
      "github.event.pull_request.head.repo.full_name == github.repository",
    );
  });

  // A pull request writes into the cache that its later runs read.
  test("only jobs that change nothing keep a cache", () => {
    const keeping = STEPS.filter(([, step]) => step.with?.cache !== undefined).map(([path]) => path);
    expect(keeping).toEqual(["pull-request/checks", "pull-request/plan"]);
  });

  test("packages run no scripts of their own where a token of GitHub's is used", () => {
    const using = JOBS.filter(([, { steps }]) => steps.some(({ env }) => env?.GITHUB_TOKEN));
    expect(using.map(([path]) => path)).toEqual(["deploy/reviewed", "drift/issue", "pull-request/comment"]);
    for (const [, { steps }] of using) {
      const installs = steps.filter(({ run }) => run?.includes("npm ci"));
      expect(installs.map(({ run }) => run)).toEqual(["npm ci --no-audit --no-fund --ignore-scripts"]);
    }
  });
});

describe("what they run", () => {
  test.each([...new Set(USES)])("uses %s: a commit, and its version", (uses) => {
    expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("of each action, one version", () => {
    const actions = new Set(USES.map((uses) => uses.split("@")[0]));
    expect([...actions].sort()).toEqual([
      "actions/checkout",
      "actions/download-artifact",
      "actions/setup-node",
      "actions/upload-artifact",
      "aws-actions/configure-aws-credentials",
      "hashicorp/setup-terraform",
    ]);
    expect(new Set(USES).size).toBe(actions.size);
  });

  test("of Terraform, one version, without a wrapper that hides exit codes", () => {
    const settings = STEPS.filter(([, { uses }]) => uses?.startsWith("hashicorp/")).map(
      ([, step]) => step.with,
    );
    expect(settings).toHaveLength(4);
    for (const each of settings)
      expect(each).toEqual({ terraform_version: "1.11.4", terraform_wrapper: false });
  });

  // A title or a branch's name that is put into a script is run with it.
  test("no script has an expression in it", () => {
    for (const [, { run }] of STEPS) expect(run ?? "").not.toContain("${{");
  });

  test("every npm script that is called is one of package.json", () => {
    const { scripts } = JSON.parse(readProjectFile("package.json"));
    const called = STEPS.flatMap(([, { run = "" }]) =>
      [...run.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name = ""]) => name),
    );
    expect([...new Set(called)].sort()).toEqual([
      "deploy:reviewed",
      "drift",
      "environments",
      "github:comment",
      "github:issue",
      "github:reviewed",
      "plan:pull-request",
      "synth",
    ]);
    for (const name of called) expect(scripts).toHaveProperty([name]);
  });

  test.each(JOBS)("%s ends in time, on a runner that does not change by itself", (_, each) => {
    expect(each["timeout-minutes"]).toBeGreaterThan(0);
    expect(each["runs-on"]).toBe("ubuntu-24.04");
  });
});

describe("what runs after what", () => {
  test("a newer commit of a pull request ends the older one's run", () => {
    expect(workflow("pull-request.yml").concurrency).toEqual({
      group: `pull-request-${expression("github.event.pull_request.number")}`,
      "cancel-in-progress": true,
    });
  });

  test("of an environment, one deployment at a time, and none is ended by another", () => {
    expect(job("deploy/deploy").concurrency).toEqual({
      group: `deploy-${expression("matrix.environment")}`,
      "cancel-in-progress": false,
    });
  });

  test("one environment after the other, a failure being the last", () => {
    const { strategy } = job("deploy/deploy");
    expect(strategy).toEqual({
      "max-parallel": 1,
      matrix: { environment: expression("fromJSON(needs.reviewed.outputs.environments)") },
    });
  });

  test("nothing is deployed that was not planned, nor from another branch", () => {
    expect(job("deploy/deploy").needs).toEqual(["reviewed", "guard"]);
    expect(job("deploy/guard").needs).toBe("reviewed");
    expect(job("deploy/reviewed").if).toBe("github.ref == 'refs/heads/main'");
  });

  test("what is planned and deployed is the commit that was pushed", () => {
    for (const path of ["deploy/reviewed", "deploy/guard", "deploy/deploy"]) {
      const checkout = job(path).steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
      expect(checkout?.with?.ref).toBe(expression("github.sha"));
    }
  });

  test.each(["deploy/guard", "deploy/deploy", "drift/check", "pull-request/plan"])(
    "%s takes on its role last, and shows its report even where it failed",
    (path) => {
      const steps = job(path).steps.map(({ uses, name }) => uses?.split("@")[0] ?? name);
      const [role, work, show] = steps.slice(steps.indexOf("aws-actions/configure-aws-credentials"));
      expect([role, work]).toEqual([
        "aws-actions/configure-aws-credentials",
        expect.stringMatching(/^(Plan|Deploy|Compare)$/),
      ]);
      expect(stepOf(path, String(show)).if).toBe(expression("!cancelled()"));
    },
  );
});

test.each(JOBS)("docs/github.md says what a reader sees of %s", (_, { name = "" }) => {
  const [fixed = ""] = name.split(" ${");
  expect(fixed).not.toBe("");
  expect(readProjectFile("docs/github.md")).toMatch(new RegExp(`^\\|[\\w ]+\\| ${fixed}[ ,]`, "m"));
});
