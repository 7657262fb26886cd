import { readFileSync } from "node:fs";
import { githubFixture } from "../../support/github-fixture";

const SHA = "0123456789abcdef0123456789abcdef01234567";

const github = githubFixture("ci/github/reviewed.ts");

/** @returns what the workflow gets */
async function outputs(variables: Readonly<Record<string, string>> = {}) {
  const file = github.file("output", "before=1\n");
  const outcome = await github.run([], {
    GITHUB_SHA: SHA,
    GITHUB_REF_NAME: "main",
    GITHUB_OUTPUT: file,
    ...variables,
  });
  return { ...outcome, outputs: readFileSync(file, "utf8").replace("before=1\n", "") };
}

/** As GitHub lists it. */
function pull(number: number, labels: readonly string[], values: object = {}) {
  return {
    number,
    merged_at: "2026-01-01T00:00:00Z",
    base: { ref: "main" },
    labels: labels.map((name) => ({ name })),
    ...values,
  };
}

const LABELLED = ["allow-stateful-changes"];

test.each<[string, object[], string]>([
  ["with the label", [pull(3, ["bug", ...LABELLED])], "allow=true\npull-request=3\n"],
  ["without it", [pull(3, ["bug"])], "allow=false\npull-request=3\n"],
  ["with another's name in it", [pull(3, ["allow-stateful-changes-not"])], "allow=false\npull-request=3\n"],
  ["of several, one with it", [pull(3, []), pull(4, LABELLED)], "allow=true\npull-request=4\n"],
  ["that was not merged", [pull(3, LABELLED, { merged_at: null })], "allow=false\npull-request=\n"],
  ["into another branch", [pull(3, LABELLED, { base: { ref: "next" } })], "allow=false\npull-request=\n"],
  ["that is none", [], "allow=false\npull-request=\n"],
])("a pull request %s", async (_, pulls, expected) => {
  github.server.pulls = pulls;

  expect(await outputs()).toMatchObject({ code: 0, stderr: "", outputs: expected });
});

test("finds the label on a later page", async () => {
  github.server.pulls = [
    ...Array.from({ length: 120 }, (_, number) => pull(number + 1, [])),
    pull(999, LABELLED),
  ];

  expect(await outputs()).toMatchObject({ outputs: "allow=true\npull-request=999\n" });
});

test("allows nothing when GitHub gives no answer", async () => {
  github.server.refusals = [{ method: "GET", status: 422, message: `No commit found for SHA: ${SHA}` }];

  const { code, stderr, outputs: written } = await outputs();

  expect(code).toBe(1);
  expect(stderr).toContain(`422: No commit found for SHA: ${SHA}`);
  expect(written).toBe("");
});

test.each([
  ["GITHUB_SHA", "main", 'GITHUB_SHA must be the 40 hexadecimal digits of a commit, got "main"'],
  ["GITHUB_REF_NAME", "", "GITHUB_REF_NAME must be the branch that is deployed, got nothing"],
])("refuses %s=%s", async (name, value, problem) => {
  expect(await outputs({ [name]: value })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(problem),
  });
});

test("refuses to run where it has nowhere to answer", async () => {
  expect(await github.run([], { GITHUB_SHA: SHA, GITHUB_REF_NAME: "main" })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("GITHUB_OUTPUT must be the path of the file for outputs, got nothing"),
  });
});
