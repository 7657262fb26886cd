import type { Environment } from ".";
import { bootstrap as shipped } from "./bootstrap";
import { type BootstrapSettings, bootstrap, MOST_ENVIRONMENTS, NAMES_MUST_BE } from "./bootstrap-schema";
import { ConfigurationError, problemsOf } from "./problems";

const FILE = "environments/bootstrap";

/** A checked bootstrap. */
export interface Bootstrap extends BootstrapSettings {
  /** Environments that CI deploys. */
  readonly deployed: readonly Environment[];
}

/**
 * Checks environments/bootstrap.ts and fills in its defaults.
 * @param environments those there are
 * @param input unknown, since the file may be edited without a type check. @default the file's
 * @param variables STATE_BACKEND=local keeps the state in a local file
 * @returns nothing where nothing is configured
 * @throws ConfigurationError with every problem
 */
export function loadBootstrap(
  environments: readonly Environment[],
  input: unknown = shipped,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Bootstrap | undefined {
  if (input === undefined) return undefined;
  const result = bootstrap.safeParse(input);
  if (!result.success) {
    throw new ConfigurationError(problemsOf(FILE, input, result.error.issues, "the bootstrap").sort());
  }
  const settings = result.data;
  const names = settings.github?.environments ?? environments.map(({ name }) => name);
  const problems = names.flatMap((name) => problemOf(name, environments, settings) ?? []);
  if (settings.github && names.length > MOST_ENVIRONMENTS) {
    problems.push(`${FILE}: github.environments ${NAMES_MUST_BE}, got ${names.length}, all of environments/`);
  }
  if (problems.length > 0) throw new ConfigurationError(problems.sort());
  return {
    ...settings,
    ...(variables.STATE_BACKEND === "local" && { stateBackend: { type: "local" } }),
    deployed: environments.filter(({ name }) => settings.github && names.includes(name)),
  };
}

function problemOf(
  name: string,
  environments: readonly Environment[],
  { accountId, github }: BootstrapSettings,
): string | undefined {
  if (github === undefined) return undefined;
  const environment = environments.find((each) => each.name === name);
  const path = `${FILE}: github.environments`;
  if (environment === undefined) {
    const known = environments.map((each) => each.name).join(", ");
    return `${path} must be names of environments/, which are ${known}, got "${name}"`;
  }
  const account = environment.accountId;
  return account !== undefined && accountId !== undefined && account !== accountId
    ? `${path} must be environments of account ${accountId}, got "${name}", which is of ${account}: an account has a bootstrap of its own`
    : undefined;
}
