import { betweenEnvironments } from "./cross-checks";
import { dev } from "./dev";
import { ConfigurationError, inheritedNames, problemsOf } from "./problems";
import { type EnvironmentInput, type EnvironmentSettings, environment, environmentName } from "./schema";
import { staging } from "./staging";

export { ConfigurationError } from "./problems";
export type * from "./schema";

/** The environments that are synthesized, by name. A file each; the name is in stack ids and resource names. */
export const ENVIRONMENTS: Readonly<Record<string, EnvironmentInput>> = { dev, staging };

/** A checked environment. */
export interface Environment extends EnvironmentSettings {
  readonly name: string;
}

/**
 * Checks the environments and fills in their defaults.
 * @param inputs by name; unknown, since a file may be edited without a type check. @default those of this folder
 * @param variables STATE_BACKEND=local keeps every state in local files, for checks without AWS
 * @throws ConfigurationError with every problem of every environment
 */
export function loadEnvironments(
  inputs: Readonly<Record<string, unknown>> = ENVIRONMENTS,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Environment[] {
  const problems: string[] = [];
  const override = variables.STATE_BACKEND || undefined;
  if (override !== undefined && override !== "local") {
    problems.push(`STATE_BACKEND must be "local" or not set, got "${override}"`);
  }
  const environments = Object.entries(inputs).flatMap(([name, input]) => {
    const file = `environments/${name}`;
    const named = environmentName.safeParse(name);
    if (!named.success) problems.push(`${file}: the name ${named.error.issues[0]?.message}, got "${name}"`);
    for (const path of inheritedNames(input)) problems.push(`${file}: ${path} must not be a name`);
    const result = environment.safeParse(input);
    if (!result.success) {
      problems.push(...problemsOf(file, input, result.error.issues));
      return [];
    }
    return [{ ...result.data, ...(override && { stateBackend: { type: "local" as const } }), name }];
  });
  problems.push(...betweenEnvironments(environments));
  if (problems.length > 0) throw new ConfigurationError([...new Set(problems)].sort());
  return environments;
}
