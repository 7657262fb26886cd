/**
 * Shows what reviewers see, and what a deploy refuses: deploys a small environment, makes the comment of each prepared
 * change, holds them against docs/pull-request-comments.md, and tries to deploy the change that would lose a database.
 * For ci/offline-terraform.sh, in its copy of the project and with its Terraform.
 * Usage: node --import tsx ci/prepared-changes.ts [--write <project to write the page of>]
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { withEdit } from "./edit";
import { LABEL } from "./plan/stateful-types";
import { readApp } from "./plan/synthesized-app";
import { CHANGES } from "./prepared-changes/changes";
import { PAGE, pageDifference, pageText } from "./prepared-changes/page";

// States are beside them: both have the same.
const [BASE, HEAD] = ["base.out", "head.out"];
const STATE = "terraform.shop-orders.tfstate";
const RENAME = "A renamed instance";
const { write } = parseArgs({ options: { write: { type: "string" } } }).values;
const out = mkdtempSync(join(tmpdir(), "prepared-changes-"));

try {
  synthesize(BASE);
  const deployed = program("deploy", 0, "--environment", "shop", "--from", BASE);
  expectInOrder(deployed, ["Apply shop-network\n", "Apply shop-orders\n"]);
  console.log("deploy: what others read from first");
  program("drift", 0, "--from", BASE);
  if (existsSync(join(out, "drift.md"))) fail("there is a drift.md without drift");
  console.log("drift: none, every plan is empty after the deploy");

  const comments = new Map(CHANGES.map((change) => [change.what, withEdit(change, commentOfChange)]));
  const made = pageText(comments);
  if (write !== undefined) writeFileSync(join(write, PAGE), made);
  else {
    const difference = pageDifference(existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "", made);
    if (difference !== "")
      fail(`${PAGE} is not what the programs make now (docs/ci.md says how to write it):\n${difference}`);
  }
  console.log(`comments: ${CHANGES.length}, as ${PAGE} has them`);

  const rename = CHANGES.find(({ what }) => what === RENAME);
  if (rename === undefined) fail(`no change ${RENAME}`);
  withEdit(rename, () => synthesize(HEAD));
  const before = readFileSync(STATE);
  const refused = program("deploy", 1, "--environment", "shop", "--from", HEAD);
  expectInOrder(refused, ["Refused", "shop-orders: destroy aws_db_instance.database\n", `--${LABEL}`]);
  if (!readFileSync(STATE).equals(before)) fail("a refused deploy changed the state");
  console.log("deploy of the renamed instance: refused, nothing applied");
  program("deploy", 0, "--environment", "shop", "--from", HEAD, `--${LABEL}`);
  if (readFileSync(STATE).equals(before)) fail("an allowed deploy changed nothing");
  console.log(`deploy of the renamed instance with --${LABEL}: applied`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(out, { recursive: true });
}

/** Without what is another after every change of the function: its archive's hash, and an id made up from it. */
function commentOfChange(): string {
  synthesize(HEAD);
  program("pull-request", 0, "--base", BASE, "--head", HEAD, "--link", "https://example.com/run");
  const hashes = (folder: string) =>
    readApp(folder).stacks.flatMap(
      ({ text }) => JSON.parse(text).resource?.aws_lambda_function?.rotation?.source_code_hash ?? [],
    );
  return [...new Set([...hashes(BASE), ...hashes(HEAD)])].reduce(
    (text: string, hash: string, index) =>
      text.replaceAll(hash, index === 0 ? "(the archive's hash)" : "(another hash)"),
    readFileSync(join(out, "comment.md"), "utf8")
      .trim()
      .replaceAll(/(?<=:signing_profile_version\/)\w+/g, "(an id)"),
  );
}

function synthesize(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  node(["--require", "tsx/cjs", "ci/prepared-changes/app.ts"], 0, { CDKTF_OUTDIR: folder });
}

/** @returns what it wrote */
function program(name: string, expected: number, ...args: string[]): string {
  return node(["--import", "tsx", `ci/${name}.ts`, "--out", out, ...args], expected);
}

function node(args: readonly string[], expected: number, variables: NodeJS.ProcessEnv = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env: { ...process.env, ...variables },
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  if (status !== expected)
    fail(`${args.join(" ")}: exit code ${status}, expected ${expected}\n${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

function expectInOrder(text: string, parts: readonly string[]): void {
  const places = parts.map((part) => text.indexOf(part));
  if (places.some((place, index) => place < 0 || place < (places[index - 1] ?? 0))) {
    fail(`expected ${parts.join(", then ")} in:\n${text}`);
  }
}

function fail(problem: string): never {
  throw new Error(problem);
}
