import type * as z from "zod";
import { quote } from "../../environments/problems";
import { text } from "../../environments/values";

/** A variable or the event is missing or wrong; a line for each. */
export class VariableError extends Error {
  override readonly name = "VariableError";
}

/** A text that is not empty. @param must e.g. "must be the path of a file" */
export function filled(must: string) {
  return text(/./, must);
}

/**
 * Reads variables that GitHub Actions sets. Their values are quoted in errors: none may be secret.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 * @throws VariableError
 */
export function readVariables<T extends z.ZodObject>(variables: T): z.output<T> {
  const result = variables.safeParse(process.env);
  if (result.success) return result.data;
  throw new VariableError(
    result.error.issues
      .map(({ path, message }) => {
        const name = String(path[0]);
        return `the variable ${name} ${message}, got ${quote(process.env[name] || undefined)}`;
      })
      .join("\n"),
  );
}
