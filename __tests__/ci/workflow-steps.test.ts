import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stepOf } from "../support/workflows";

// The scripts of the workflows, run as GitHub's runner runs them, with a stand-in for npm that says what it was asked.
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "workflow-steps-"));
  mkdirSync(join(folder, "bin"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** @param npm what stands in for npm, in shell */
function run(
  path: string,
  step: string,
  variables: Readonly<Record<string, string>>,
  npm = 'printf "[%s]" "$@" >>"$ASKED"',
) {
  writeFileSync(join(folder, "bin/npm"), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
  const files = {
    asked: join(folder, "asked"),
    output: join(folder, "output"),
    summary: join(folder, "summary"),
  };
  for (const file of Object.values(files)) writeFileSync(file, "");
  // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
  const { status, stdout } = spawnSync("bash", ["-e", "-c", stepOf(path, step).run ?? ""], {
    cwd: folder,
    encoding: "utf8",
    env: {
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
      HOME: folder,
      RUNNER_TEMP: folder,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_REPOSITORY: "example/databases",
      GITHUB_RUN_ID: "1",
      ASKED: files.asked,
      ...variables,
    },
  });
  const read = (file: string) => readFileSync(file, "utf8");
  return {
    status,
    stdout,
    asked: read(files.asked),
    output: read(files.output),
    summary: read(files.summary),
  };
}

describe("pull-request", () => {
  test("plans the base's and its own synthesized folder, and links to the run", () => {
    expect(run("pull-request/plan", "Plan", {})).toMatchObject({
      status: 0,
      asked:
        `[run][--silent][plan:pull-request][--][--base][${folder}/base/cdktf.out][--head][cdktf.out]` +
        `[--out][${folder}/plan][--link][https://github.com/example/databases/actions/runs/1]`,
    });
  });

  test("the base is what the pull request is merged into", () => {
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=x", "-c", "user.email=x@example.com", ...args], {
        cwd: folder,
        encoding: "utf8",
        env: { PATH: process.env.PATH, HOME: folder },
      }).trim();
    git("init", "--quiet", "--initial-branch=main");
    git("commit", "--quiet", "--allow-empty", "-m", "fork point");
    git("checkout", "--quiet", "-b", "change");
    git("commit", "--quiet", "--allow-empty", "-m", "change");
    git("checkout", "--quiet", "main");
    git("commit", "--quiet", "--allow-empty", "-m", "main has moved on");
    const base = git("rev-parse", "HEAD");
    git("merge", "--quiet", "--no-ff", "-m", "merge", "change");

    const { status, asked } = run(
      "pull-request/plan",
      "Synthesize its base",
      {},
      'git rev-parse HEAD >>"$ASKED"',
    );

    expect(status).toBe(0);
    expect(asked).toBe(`${base}\n${base}\n`);
  });

  test.each([
    ["true", "comes from a fork, and forks get no access to AWS"],
    ["false", "variable AWS_DIFF_ROLE_ARN is not set"],
  ])("says why nothing was planned: from a fork is %s", (fork, why) => {
    const { status, stdout, summary } = run("pull-request/unplanned", "Say why", { FORK: fork });

    expect(status).toBe(0);
    expect(stdout).toMatch(/^::notice title=Nothing was planned::.+\n$/);
    for (const text of [stdout, summary]) expect(text).toContain(why);
  });
});

describe("deploy", () => {
  test.each([
    ["", "[run][--silent][environments][--]"],
    ["dev", "[run][--silent][environments][--][--environment][dev]"],
    ["$(id) x", "[run][--silent][environments][--][--environment][$(id) x]"],
  ])("lists the environments, of %j only", (environment, asked) => {
    const npm = 'printf "[%s]" "$@" >>"$ASKED"; echo \'["dev"]\'';

    expect(run("deploy/reviewed", "environments", { ONLY: environment }, npm)).toMatchObject({
      status: 0,
      asked,
      output: 'names=["dev"]\n',
    });
  });

  test("ends where the environments cannot be listed", () => {
    expect(run("deploy/reviewed", "environments", { ONLY: "test" }, "exit 1")).toMatchObject({
      status: 1,
      output: "",
    });
  });

  test.each([
    ["guard", "Plan", "guard", "[--dry-run]"],
    ["deploy", "Deploy", "deploy", ""],
  ])("%s allows what review allowed, and nothing else", (name, step, out, dryRun) => {
    const asked = `[run][--silent][deploy:reviewed][--][--environment][dev][--out][${folder}/${out}]${dryRun}`;

    for (const allow of ["false", "", "yes"]) {
      expect(run(`deploy/${name}`, step, { ENVIRONMENT: "dev", ALLOW: allow }).asked).toBe(asked);
    }
    expect(run(`deploy/${name}`, step, { ENVIRONMENT: "dev", ALLOW: "true" }).asked).toBe(
      `${asked}[--allow-stateful-changes]`,
    );
  });

  test("fails where an environment has no role: green would say that it was deployed", () => {
    const check = (role: string) => run("deploy/deploy", "Check the environment's variable", { ROLE: role });

    expect(check("arn:aws:iam::111122223333:role/ci/deploy-dev").status).toBe(0);
    expect(check("")).toMatchObject({ status: 1, stdout: expect.stringContaining("::error::") });
  });
});

describe("drift", () => {
  test.each([
    [0, 0],
    [2, 0],
    [1, 1],
    [127, 127],
  ])("a comparison that ends with %d ends the step with %d", (code, status) => {
    expect(run("drift/check", "drift", {}, `exit ${code}`)).toMatchObject({
      status,
      output: `code=${code}\n`,
    });
  });

  test("the issue gets the report, or the word that nothing differs", () => {
    const link = "[--link][https://github.com/example/databases/actions/runs/1]";
    const asked = () => run("drift/issue", "Bring the issue up to date", {}).asked;

    expect(asked()).toBe(`[run][--silent][github:issue][--][--none]${link}`);
    mkdirSync(join(folder, "drift"));
    writeFileSync(join(folder, "drift/drift.md"), "a report");
    expect(asked()).toBe(`[run][--silent][github:issue][--][--report][${folder}/drift/drift.md]${link}`);
  });
});

describe("summary.sh", () => {
  const MOST = 1024 * 1024;
  /** @param sizes bytes of each file; undefined: it is not there. @returns what is shown */
  function shown(...sizes: readonly (number | undefined)[]): string {
    const files = sizes.map((size, index) => {
      const file = join(folder, `${index}.md`);
      if (size !== undefined) writeFileSync(file, String(index).repeat(size));
      return file;
    });
    const summary = join(folder, "summary");
    writeFileSync(summary, "");
    execFileSync("bash", [join(__dirname, "../../ci/github/summary.sh"), ...files], {
      env: { PATH: process.env.PATH, GITHUB_STEP_SUMMARY: summary },
    });
    return readFileSync(summary, "utf8");
  }

  test("shows the first file that fits", () => {
    expect(shown(MOST, 5)).toBe("0".repeat(MOST));
    expect(shown(MOST + 1, 5)).toBe("11111");
    expect(shown(undefined, 5)).toBe("11111");
  });

  test("cuts the last one where none fits", () => {
    expect(shown(MOST + 1)).toBe("0".repeat(MOST));
    expect(shown(MOST + 1, undefined)).toBe("0".repeat(MOST));
  });

  test("shows nothing where there is none", () => {
    expect(shown(undefined, undefined)).toBe("");
  });
});
