import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { validate } from "@actions/languageservice";
import { TextDocument } from "vscode-languageserver-textdocument";

const USAGE = `Checks workflows with GitHub's own language service: keys, values, expressions and needs.

Usage: npm run lint:workflows -- [folder]   (default .github/workflows)
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const folder = positionals[0] ?? resolve(import.meta.dirname, "../.github/workflows");
  const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
  if (files.length === 0) throw new Error(`${folder} has no workflow`);
  const problems = (await Promise.all(files.sort().map((file) => problemsOf(folder, file)))).flat();
  process.stdout.write([...problems, `${files.length} workflows, ${problems.length} problems\n`].join("\n"));
  return problems.length === 0 ? 0 : 1;
}

/** Warnings count too: a step or output that is not there is one. */
async function problemsOf(folder: string, file: string): Promise<string[]> {
  const document = TextDocument.create(
    `file:///${file}`,
    "yaml",
    1,
    readFileSync(join(folder, file), "utf8"),
  );
  const found = await validate(document);
  return found.map(
    ({ message, range: { start } }) => `${file}:${start.line + 1}:${start.character + 1} ${message}`,
  );
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  },
);
