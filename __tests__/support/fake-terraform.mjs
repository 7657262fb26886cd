#!/usr/bin/env node
// Plays Terraform for the CLI of cdktf: FAKE_TERRAFORM names a folder with <stack>.json for each stack, and this writes
// down there what it was asked for. { plan } is planned; { errors } are diagnostics; { initError } and { applyError }
// fail those.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const { FAKE_TERRAFORM: folder = "", TF_CLI_ARGS_plan: planArgs = "" } = process.env;
const [command = "", ...args] = process.argv.slice(2);
const stack = basename(process.cwd());
// The version is asked for in any folder.
const file = join(folder, `${stack}.json`);
const answers = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
const { plan, errors = [], initError, applyError } = answers;

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

const COMMANDS = {
  init() {
    if (initError !== undefined) fail(initError);
    writeFileSync(".terraform.lock.hcl", "");
  },
  version: () => process.stdout.write("Terraform v1.11.4\n"),
  plan() {
    if (args.includes("-json")) {
      for (const diagnostic of errors) process.stdout.write(`${JSON.stringify({ diagnostic })}\n`);
      process.exit(errors.length > 0 ? 1 : 0);
    }
    appendFileSync(join(folder, "calls"), `plan ${stack} ${planArgs}\n`);
    if (errors.length > 0) fail("Error: as Terraform draws it");
    writeFileSync("plan", JSON.stringify(plan));
  },
  show: () => process.stdout.write(readFileSync("plan", "utf8")),
  apply() {
    const text = readFileSync(args.at(-1) ?? "", "utf8");
    appendFileSync(
      join(folder, "calls"),
      `apply ${stack} ${text === JSON.stringify(plan) ? "the plan" : "another"}\n`,
    );
    process.stdout.write(`applying ${stack}\n`);
    if (applyError !== undefined) fail(applyError);
  },
};

(COMMANDS[command.replace(/^-+v$/, "version")] ?? (() => undefined))();
