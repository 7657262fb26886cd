import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";
import { run } from "./github/program";

const USAGE = `Checks workflows with GitHub's own language service: keys, values, expressions and needs.

Usage: npm run lint:workflows -- [folder]   (default .github/workflows)
`;

async function main(): Promise<string> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h" } },
  });
  if (values.help) return USAGE;
  const folder = positionals[0] ?? resolve(import.meta.dirname, "../.github/workflows");
  const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
  if (files.length === 0) throw new Error(`${folder} has no workflow`);
  const problems = (await Promise.all(files.sort().map((file) => problemsOf(folder, file)))).flat();
  if (problems.length > 0) throw new Error(problems.join("\n"));
  return `${files.length} workflows, no problem`;
}

/** Warnings count too: a step or output that is not there is one. */
async function problemsOf(folder: string, file: string): Promise<string[]> {
  const text = readFileSync(join(folder, file), "utf8");
  const found = await validate(TextDocument.create(`file:///${file}`, "yaml", 1, text));
  return found.map(
    ({ message, range: { start } }) => `${file}:${start.line + 1}:${start.character + 1} ${message}`,
  );
}

run(main);
