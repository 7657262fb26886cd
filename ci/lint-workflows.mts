import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";
import { runProgram } from "./program";

const USAGE = `Checks workflows with GitHub's own language service: keys, values, expressions and needs.

Usage: npm run lint:workflows -- [options]

  --folder <folder>   where they are (default .github/workflows)
  --help              show this
`;

const OPTIONS = {
  folder: { type: "string", default: resolve(import.meta.dirname, "../.github/workflows") },
} as const;

runProgram(USAGE, OPTIONS, async ({ folder }) => {
  const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
  if (files.length === 0) throw new Error(`${folder} has no workflow`);
  const problems = (await Promise.all(files.sort().map((file) => problemsOf(folder, file)))).flat();
  if (problems.length > 0) throw new Error(problems.join("\n"));
  process.stdout.write(`${files.length} workflows, no problem\n`);
  return 0;
});

/** Warnings count too: a step or output that is not there is one. */
async function problemsOf(folder: string, file: string): Promise<string[]> {
  const text = readFileSync(join(folder, file), "utf8");
  const found = await validate(TextDocument.create(`file:///${file}`, "yaml", 1, text));
  return found.map(
    ({ message, range: { start } }) => `${file}:${start.line + 1}:${start.character + 1} ${message}`,
  );
}
