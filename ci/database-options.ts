/**
 * Writes docs/database-options.md from environments/: node --require tsx/cjs ci/database-options.ts
 * A test compares the two, so the page cannot go stale.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ENGINE_NAMES, ENGINES } from "../environments/engines";
import { TIERS } from "../environments/tiers";
import { markdownTable } from "./markdown-table";

const PROJECT = resolve(__dirname, "..");
export const PAGE = join(PROJECT, "docs/database-options.md");

/** A schema of environments/ and what its settings belong to. */
const SECTIONS: readonly (readonly [title: string, schema: string])[] = [
  ["A database", "database"],
  ["What is kept how long", "retention"],
  ["Its instance", "instance"],
  ["Its instance's storage", "storage"],
  ["Its passwords", "password"],
  ["Each of its parameters", "parameter"],
  ["Each of its users", "user"],
  ["When a secret is rotated", "rotation"],
  ["A database that exists", "existing-database"],
];

interface Option {
  /** Its name, after those it stands in: "rotation.schedule". */
  readonly name: string;
  readonly meaning: string;
  readonly preset: string;
}

/** The page's text. */
export function databaseOptions(): string {
  return [
    "# What can be said of a database",
    "",
    "Made from the schemas in environments/ by ci/database-options.ts. Whatever does not fit them is refused when",
    "the app is synthesized, with its path, what would be right, and what was given.",
    "",
    ...SECTIONS.flatMap(([title, schema]) => [`## ${title}`, "", ...optionTable(optionsOf(schema)), ""]),
    "## What the tier decides",
    "",
    ...tierTable(),
    "",
    "## What the engine decides",
    "",
    ...engineTable(),
    "",
  ].join("\n");
}

/** Either a group of settings, or one: told from other comments by the key and its type that follow. */
const GROUP_OR_SETTING =
  /^(?<exported>export )?const (?<group>\w+) = |^(?<indent> *)\/\*\*(?<comment>(?:(?!\*\/).)*)\*\/\n\k<indent>(?<name>\w+)(?:: |,)/gms;

/** The settings of a schema, in its own order. */
export function optionsOf(schema: string): Option[] {
  const source = readFileSync(join(PROJECT, `environments/${schema}-schema.ts`), "utf8");
  const parents: { readonly indent: number; readonly name: string }[] = [];
  return [...source.matchAll(GROUP_OR_SETTING)].flatMap(({ groups = {} }) => {
    const { exported, group, indent = "", comment = "", name = group ?? "" } = groups;
    while ((parents.at(-1)?.indent ?? -1) >= indent.length) parents.pop();
    const path = [...parents.map((parent) => parent.name), name].join(".");
    parents.push({ indent: indent.length, name });
    // What a schema exports is the section itself; what it does not is a part of that.
    if (exported !== undefined) parents.pop();
    if (group !== undefined) return [];
    const text = comment.replaceAll(/\s*\n\s*\*\s?/g, " ").trim();
    const [meaning = "", preset = ""] = text.split(/\s*@default\s+/);
    return [{ name: path, meaning, preset }];
  });
}

function optionTable(options: readonly Option[]): string[] {
  return markdownTable(
    ["setting", "what it is", "default"],
    options.map(({ name, meaning, preset }) => [`\`${name}\``, meaning, preset]),
  );
}

/** What each tier decides, also in README.md; a line each. */
export function tierTable(): string[] {
  const { development, production } = TIERS;
  const settings = Object.keys(production) as (keyof typeof production)[];
  return markdownTable(
    ["setting", "development", "production"],
    settings.map((name) => [`\`${name}\``, String(development[name]), String(production[name])]),
  );
}

function engineTable(): string[] {
  const engines = ENGINE_NAMES.map((name) => ENGINES[name]);
  const row = (what: string, of: (engine: (typeof engines)[number]) => string | number) => [
    what,
    ...engines.map((engine) => String(of(engine))),
  ];
  return markdownTable(
    ["", ...engines.map(({ title }) => title)],
    [
      row("versions", ({ versions }) => versions.join(", ")),
      row("default version", ({ defaultVersion }) => defaultVersion),
      row("port", ({ defaultPort }) => defaultPort),
      row("master user", ({ defaultAdminUsername }) => defaultAdminUsername),
      row("longest user name", ({ longestUsername }) => longestUsername),
      row("longest password", ({ longestPassword }) => longestPassword),
      row("left out of passwords", ({ excludedFromPasswords }) => `\`${excludedFromPasswords}\``),
      row("logs in CloudWatch", ({ logExports }) => logExports.join(", ")),
      row("parameters that are set", ({ parameters }) =>
        Object.entries(parameters)
          .map(([name, value]) => `${name} = ${value}`)
          .join(", "),
      ),
    ],
  );
}

if (require.main === module) writeFileSync(PAGE, databaseOptions());
