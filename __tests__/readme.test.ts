import { commandsOf, documentedCommands, readProjectFile } from "./support/documented-commands";

/** Where a documented command is run. */
interface Proof {
  readonly command: RegExp;
  /** A file that runs it, and what it says there; "$1" is the command's first group. */
  readonly run?: readonly [file: string, text: string];
  /** Why nothing here can run it. */
  readonly needs?: "AWS" | "GitHub" | "macOS" | "a clone";
}

const ALL_CHECKS = ".ci/run";
const LOCAL_RUN = "__tests__/local/main.test.ts";

/** The first that fits a command counts. */
const PROOFS: readonly Proof[] = [
  { command: /^npm ci$/, run: [ALL_CHECKS, "\nnpm ci "] },
  { command: /^npm test$/, run: [ALL_CHECKS, "\nnpm test "] },
  { command: /^npm start$/, run: [LOCAL_RUN, '"npm", ["start"'] },
  { command: /^npm start -- (--[\w-]+)(?: \w+)?$/, run: [LOCAL_RUN, '"$1"'] },
  { command: /^npm run synth:hcl$/, run: ["ci/offline-terraform.sh", "--require ./ci/hcl.ts"] },
  { command: /^npm run addresses$/, run: ["__tests__/stacks/addresses.test.ts", '"addresses"'] },
  { command: /^npm run (bench:\w+)$/, run: ["__tests__/bench/benchmarks.test.ts", 'npmRun("$1"'] },
  { command: /^npm run plan:(pull-request) -- /, run: ["ci/prepared-changes.ts", 'program("$1"'] },
  { command: /^npm run (deploy):reviewed -- /, run: ["ci/prepared-changes.ts", 'program("$1"'] },
  { command: /^npm run (drift) -- /, run: ["ci/prepared-changes.ts", 'program("$1"'] },
  { command: /^npm run ([\w:]+)(?: -- .*)?$/, run: [ALL_CHECKS, "npm run --silent $1"] },
  { command: /^bash \.ci\/run$/, run: [ALL_CHECKS, "bash .ci/run"] },
  { command: /^bash (ci\/[\w-]+\.sh)(?: .*)?$/, run: [ALL_CHECKS, "bash $1"] },
  { command: /^apt-get install (.+)$/, run: [ALL_CHECKS, " $1\n"] },
  { command: /^brew install /, needs: "macOS" },
  { command: /^(?:npx )?cdktf (?:diff|deploy|destroy|output)\b/, needs: "AWS" },
  { command: /^(?:npx )?cdktf synth$/, run: ["package.json", '"synth": "cdktf synth"'] },
  { command: /^aws /, needs: "AWS" },
  { command: /^gh /, needs: "GitHub" },
  { command: /^(?:git|cd) /, needs: "a clone" },
];

const COMMANDS = documentedCommands();

test("the README has commands", () => {
  expect(COMMANDS.filter(({ page }) => page === "README.md").length).toBeGreaterThan(5);
});

test.each(COMMANDS)("$page: $command is run here, or needs what cannot be here", ({ command }) => {
  expect(problemOf(command)).toBeUndefined();
});

const SCRIPTS: Readonly<Record<string, string>> = JSON.parse(readProjectFile("package.json")).scripts;

function problemOf(command: string): string | undefined {
  const script = /^npm run ([\w:-]+)/.exec(command)?.[1];
  if (script !== undefined && SCRIPTS[script] === undefined) return `package.json has no script ${script}`;
  for (const { command: pattern, run } of PROOFS) {
    const match = pattern.exec(command);
    if (match === null) continue;
    if (run === undefined) return undefined;
    const [file, template] = run;
    const text = template.replace("$1", match[1] ?? "");
    return readProjectFile(file).includes(text)
      ? undefined
      : `${file} does not run it: it has no ${JSON.stringify(text)}`;
  }
  return "nothing runs it, and nothing says why: run it in a test or .ci/run, and add it to PROOFS";
}

describe("problemOf", () => {
  test.each([
    ["npm run no-such-script", "package.json has no script no-such-script"],
    ["npm start -- --no-such-option", "__tests__/local/main.test.ts does not run it"],
    ["bash ci/no-such.sh", ".ci/run does not run it"],
    ["unknown --command", "nothing runs it"],
  ])("%s", (command, problem) => {
    expect(problemOf(command)).toContain(problem);
  });
});

test("commands come from sh blocks and inline code, each alone", () => {
  const page = [
    "Run `npm test`, not `main.ts`, or `npx cdktf",
    "deploy a`.",
    "```sh",
    "# a comment",
    "npm ci && npm start # first",
    "  STATE_BACKEND=local npx cdktf diff \\",
    "    dev-network",
    "```",
    "```",
    "an output: npm install",
    "```",
  ].join("\n");

  expect(commandsOf(page)).toEqual([
    "npm ci",
    "npm start",
    "npx cdktf diff dev-network",
    "npm test",
    "npx cdktf deploy a",
  ]);
});
