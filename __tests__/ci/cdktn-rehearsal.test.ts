import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rehearse } from "../../ci/cdktn/rehearsal";
import { passed, rehearsalText } from "../../ci/cdktn/report";
import { silentProgress } from "../../local/progress";

// The rehearsal itself needs the registry: .ci/run runs it. Here is what it does when something is wrong.
describe("rehearse", () => {
  let folder: string;
  let temporary: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rehearsal-test-"));
    temporary = join(folder, "temporary");
    mkdirSync(temporary);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function project(manifest: object): string {
    const path = join(folder, "project");
    mkdirSync(path);
    execFileSync("git", ["init", "-q"], { cwd: path });
    writeFileSync(join(path, "package.json"), JSON.stringify(manifest));
    return path;
  }

  test("removes its folder when a step fails", async () => {
    const work = rehearse({ project: project({}), temporary, explanations: [], progress: silentProgress });

    await expect(work).rejects.toThrow("package.json does not depend on cdktf, cdktf-cli");
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("says what a failed program said", async () => {
    const work = rehearse({ project: folder, temporary, explanations: [], progress: silentProgress });

    await expect(work).rejects.toThrow(/git ls-files .* failed:\nfatal: not a git repository/);
  });

  test("removes its folder when it is interrupted, and says why", async () => {
    const work = rehearse({
      project: project({}),
      temporary,
      explanations: [],
      progress: silentProgress,
      signal: AbortSignal.abort(new Error("ended by SIGINT")),
    });

    await expect(work).rejects.toThrow("ended by SIGINT");
    expect(readdirSync(temporary)).toEqual([]);
  });
});

const DIFFERENCE = { file: "stacks/a/cdk.tf.json", path: "x", before: "1", after: undefined };
const REHEARSAL = {
  packages: [{ from: "cdktf@0.21.0", to: "cdktn@0.24.0", node: ">=22" }],
  explained: [{ why: "because", differences: [DIFFERENCE] }],
  unexplained: [],
  unused: [],
  milliseconds: 30_400,
};

describe("rehearsalText", () => {
  test("lists packages and explained differences", () => {
    expect(rehearsalText(REHEARSAL)).toBe(`Packages:
  - cdktf@0.21.0 -> cdktn@0.24.0, needs Node.js >=22

Differences, explained:
  - x: 1 -> nothing
      in stacks/a/cdk.tf.json
      because

The move would change nothing else (30 s).`);
  });

  test("fails for a difference without an explanation", () => {
    const failed = { ...REHEARSAL, unexplained: [DIFFERENCE] };

    expect(passed(failed)).toBe(false);
    expect(rehearsalText(failed)).toMatch(/nobody has explained.*\n {2}- x: 1 -> nothing/);
    expect(rehearsalText(failed)).toMatch(/\nFAILED \(30 s\)\.$/);
  });

  test("fails for an explanation that explains nothing", () => {
    const failed = { ...REHEARSAL, unused: ["an old reason"] };

    expect(passed(failed)).toBe(false);
    expect(rehearsalText(failed)).toContain("  - an old reason");
  });
});
