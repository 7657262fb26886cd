import { inspect } from "node:util";
import { type Path, withValue } from "./configuration";
import { ownNetwork } from "./synth";

/** Of a value in a test's name, in characters. */
const LONGEST = 80;

/** A configuration that is wrong in one thing, and all that is said of it. */
export interface WrongInput {
  /** For the test's name. */
  readonly what: string;
  readonly environments: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

/** @param environment right otherwise. @default an own network with one database @param at where paths and problems begin */
export function wrongInputs(
  rows: readonly (readonly [path: Path, value: unknown, problem: string])[],
  { environment = ownNetwork() as unknown, at = [] as Path } = {},
): WrongInput[] {
  return rows.map(([path, value, problem]) => ({
    what: `${[...at, ...path].join(".")}: ${inspect(value, { depth: null, breakLength: Number.POSITIVE_INFINITY }).slice(0, LONGEST)}`,
    environments: { dev: withValue([...at, ...path], value, environment) },
    // "must …" is said of the whole.
    problems: [
      `environments/dev: ${at.join(".")}${at.length === 0 ? "" : problem.startsWith("must") ? " " : "."}${problem}`,
    ],
  }));
}
