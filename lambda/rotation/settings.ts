import { ENVIRONMENT_VARIABLES, STRATEGIES, STRATEGY_TAG, type Strategy } from "./contract";
import type { PasswordLimits } from "./engine";
import { SettingError } from "./errors";
import type { PasswordPolicy } from "./password";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The password policy that the environment variables ask for, within the engine's limits.
 * @throws SettingError naming the variable, its value and what would be right
 */
export function passwordPolicy(
  limits: PasswordLimits,
  environment: Environment = process.env,
): PasswordPolicy {
  const { passwordLength, excludeCharacters } = ENVIRONMENT_VARIABLES;
  const length = environment[passwordLength] || String(limits.defaultLength);
  if (!/^\d+$/.test(length) || Number(length) < 8 || Number(length) > limits.maxLength) {
    throw new SettingError(
      `${passwordLength} must be a number from 8 to ${limits.maxLength}, got "${length}"`,
    );
  }
  const flag = (name: string, preset: boolean) => booleanOf(name, environment[name], preset);
  return {
    length: Number(length),
    excludeCharacters: environment[excludeCharacters] ?? limits.excludeCharacters,
    excludeNumbers: flag(ENVIRONMENT_VARIABLES.excludeNumbers, false),
    excludePunctuation: flag(ENVIRONMENT_VARIABLES.excludePunctuation, false),
    excludeUppercase: flag(ENVIRONMENT_VARIABLES.excludeUppercase, false),
    excludeLowercase: flag(ENVIRONMENT_VARIABLES.excludeLowercase, false),
    requireEachIncludedType: flag(ENVIRONMENT_VARIABLES.requireEachIncludedType, true),
  };
}

function booleanOf(name: string, value: string | undefined, preset: boolean): boolean {
  if (value === undefined || value === "") return preset;
  const lower = value.toLowerCase();
  if (lower !== "true" && lower !== "false") {
    throw new SettingError(`${name} must be "true" or "false", got "${value}"`);
  }
  return lower === "true";
}

/**
 * The strategy for a secret: its tag, else the environment variable, else single-user.
 * @throws SettingError for a name that is no strategy
 */
export function strategyName(
  tags: ReadonlyMap<string, string>,
  environment: Environment = process.env,
): Strategy {
  const tag = tags.get(STRATEGY_TAG);
  const name = tag ?? (environment[ENVIRONMENT_VARIABLES.rotationStrategy] || "single-user");
  const strategy = STRATEGIES.find((known) => known === name);
  if (strategy) return strategy;
  const source = tag === undefined ? ENVIRONMENT_VARIABLES.rotationStrategy : `tag ${STRATEGY_TAG}`;
  throw new SettingError(`${source} must be ${STRATEGIES.join(" or ")}, got "${name}"`);
}

/** The endpoint that replaces the SDK's own choice, if any. @throws SettingError for what is no URL */
export function secretsManagerEndpoint(environment: Environment = process.env): string | undefined {
  const name = ENVIRONMENT_VARIABLES.secretsManagerEndpoint;
  const endpoint = environment[name];
  if (!endpoint) return undefined;
  if (/^https?:/.test(endpoint) && URL.canParse(endpoint)) return endpoint;
  throw new SettingError(`${name} must be a URL, https://host, got "${endpoint}"`);
}
