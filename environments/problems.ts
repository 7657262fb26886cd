import { inspect } from "node:util";
import type * as z from "zod";

/** A configuration that cannot be synthesized: every problem, one a line, sorted. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";

  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
  }
}

/** Longest value that is quoted in full. */
const LONGEST_QUOTE = 80;

/**
 * Says of each issue where it is, what would be right and what was given.
 * @param file named first, e.g. "environments/dev"
 * @param input what was parsed, to quote from
 * @param whole what the file describes
 */
export function problemsOf(
  file: string,
  input: unknown,
  issues: readonly z.core.$ZodIssue[],
  whole = "the environment",
): string[] {
  return issues.map((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "invalid_key") {
      const [inner] = issue.issues;
      return `${file}: ${path.slice(0, -1).join(".")}: each name ${inner?.message}, got ${quote(path.at(-1))}`;
    }
    if (issue.code === "unrecognized_keys") {
      return `${file}: ${path.length > 0 ? path.join(".") : whole} ${issue.message}`;
    }
    return `${file}: ${path.join(".") || whole} ${issue.message}, got ${quote(valueAt(input, issue.path), path.at(-1))}`;
  });
}

/**
 * Names that JavaScript reads as something else and that a check by name would pass over: __proto__.
 * @returns where they are
 */
export function* inheritedNames(
  input: unknown,
  path: readonly string[] = [],
  above: readonly unknown[] = [],
): Generator<string> {
  if (typeof input !== "object" || input === null || above.includes(input)) return;
  for (const [key, inner] of Object.entries(input)) {
    if (key === "__proto__") yield [...path, key].join(".");
    yield* inheritedNames(inner, [...path, key], [...above, input]);
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value === null || value === undefined ? undefined : (value as Record<PropertyKey, unknown>)[key],
    input,
  );
}

const HIDDEN = "a text that is not shown";
/** A setting with such a name may hold a secret, though there is none that should. */
const SECRET = /password|passwd|pwd|credential/i;

/** A value as messages show it, without what may be a secret in it. @param name the setting's, if it has one */
export function quote(value: unknown, name = ""): string {
  if (value === undefined) return "nothing";
  if (SECRET.test(name) && typeof value === "string") return HIDDEN;
  const text =
    json(value) ?? (typeof value === "object" ? "an object that JSON cannot hold" : inspect(value));
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

/** @returns nothing for what JSON has no words for, as NaN and what contains itself */
function json(value: unknown): string | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) return undefined;
  try {
    return JSON.stringify(value, (key, inner) =>
      SECRET.test(key) && typeof inner === "string" ? HIDDEN : inner,
    );
  } catch {
    return undefined;
  }
}
