import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { runProgram } from "../support/run-program";

const PROGRAM = "ci/environments.ts";
const PROJECT = resolve(__dirname, "../..");

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "environments-test-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the program as if environments/bootstrap.ts said this. */
function run(bootstrap: object, ...args: readonly string[]) {
  const preload = join(folder, "bootstrap.cjs");
  const file = join(PROJECT, "environments/bootstrap.ts");
  writeFileSync(
    preload,
    `require("tsx/cjs"); require(${JSON.stringify(file)}); require.cache[${JSON.stringify(file)}].exports = { bootstrap: ${JSON.stringify(bootstrap)} };`,
  );
  return runProgram(PROGRAM, args, {
    NODE_OPTIONS: `--require ${preload}`,
    NODE_PATH: join(PROJECT, "node_modules"),
  });
}

const SETTINGS = { region: "eu-west-1", bucket: "example-terraform-state" };
const GITHUB = { repository: "example/databases" };

test("as shipped, CI deploys nothing", async () => {
  expect(await runProgram(PROGRAM, [])).toEqual({ code: 0, stdout: "[]\n", stderr: "" });
});

test.each([
  [SETTINGS, "[]"],
  [{ ...SETTINGS, github: GITHUB }, '["dev","staging"]'],
  // Their order is that of environments/index.ts.
  [{ ...SETTINGS, github: { ...GITHUB, environments: ["staging", "dev"] } }, '["dev","staging"]'],
  [{ ...SETTINGS, github: { ...GITHUB, environments: ["staging"] } }, '["staging"]'],
])("%j: %s", async (bootstrap, names) => {
  expect(await run(bootstrap)).toEqual({ code: 0, stdout: `${names}\n`, stderr: "" });
});

test("one only, which has to be deployed by CI", async () => {
  const bootstrap = { ...SETTINGS, github: GITHUB };
  expect(await run(bootstrap, "--environment", "staging")).toMatchObject({
    code: 0,
    stdout: '["staging"]\n',
  });
  expect(await run(bootstrap, "--environment", "live")).toEqual({
    code: 1,
    stdout: "",
    stderr: '--environment must be one that CI deploys, dev or staging; got "live"\n',
  });
});

test("a bootstrap that is wrong is named", async () => {
  expect(await run({ ...SETTINGS, github: { repository: "databases" } })).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("github.repository must be a repository of GitHub"),
  });
});
