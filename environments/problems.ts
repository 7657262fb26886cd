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
    return `${file}: ${path.join(".")} ${issue.message}, got ${quote(valueAt(input, issue.path))}`;
  });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      value === null || value === undefined ? undefined : (value as Record<PropertyKey, unknown>)[key],
    input,
  );
}

/** A value as messages show it. */
export function quote(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
