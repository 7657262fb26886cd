import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const PROJECT = resolve(__dirname, "../..");
/** First words that make an inline code span a command, and not a name. */
const PROGRAMS = /^(?:npm|npx|node|bash|cdktf|terraform|aws|gh|git|apt-get|brew) /;

/** A command that a reader is told to run. */
export interface DocumentedCommand {
  /** From the project's folder. */
  readonly page: string;
  readonly command: string;
}

/** The commands of README.md and docs/*.md: those of sh blocks, and inline ones. */
export function documentedCommands(): DocumentedCommand[] {
  const docs = readdirSync(join(PROJECT, "docs")).filter((file) => file.endsWith(".md"));
  return ["README.md", ...docs.map((file) => `docs/${file}`)].flatMap((page) => {
    const commands = commandsOf(readProjectFile(page));
    return [...new Set(commands)].map((command) => ({ page, command }));
  });
}

export function readProjectFile(path: string): string {
  return readFileSync(join(PROJECT, path), "utf8");
}

/** The commands of a page in Markdown, each alone, without variables before it. */
export function commandsOf(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^ *```(\w*)\n([\s\S]*?)^ *```$/gm)];
  const prose = markdown.replace(/^ *```[\s\S]*?^ *```$/gm, "");
  const lines = blocks
    .filter(([, language = ""]) => ["sh", "bash", "shell", "console"].includes(language))
    .flatMap(([, , text = ""]) => text.replace(/\\\n\s*/g, "").split("\n"));
  const inline = [...prose.matchAll(/`([^`]+)`/g)]
    .map(([, span = ""]) => span.replace(/\s+/g, " "))
    .filter((span) => PROGRAMS.test(span));
  return [...lines, ...inline]
    .map((line) => line.replace(/(^|\s)#.*$/, ""))
    .flatMap((line) => line.split(/&&|\|\||;/))
    .map((command) => command.trim().replace(/^(\$ )?(\w+=\S* +)*/, ""))
    .filter((command) => command !== "");
}
