import { ConfigurationError, loadEnvironments } from "../../environments";
import { ownNetwork } from "./synth";

export type Path = readonly (string | number)[];

/** A valid environment with one value replaced; undefined takes it out. */
export function withValue(path: Path, value: unknown, environment: unknown = ownNetwork()): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = (environment as Record<string, unknown> | undefined)?.[key];
  const copy = Array.isArray(environment) ? [...environment] : { ...(environment as object) };
  return Object.assign(copy, { [key]: withValue(rest, value, inner ?? {}) });
}

/** What is wrong with environments; none where they are right. */
export function problemsOf(
  environments: Readonly<Record<string, unknown>>,
  variables = {},
): readonly string[] {
  try {
    loadEnvironments(environments, variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** Path of a setting of the database orders, and of its user app. */
export const orders = (...path: Path): Path => ["databases", "orders", ...path];
export const app = (...path: Path): Path => orders("users", "app", ...path);
