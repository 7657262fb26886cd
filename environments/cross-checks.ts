import { parseArn } from "./arns";
import type { DatabaseSettings } from "./database-schema";
import { ENGINES } from "./engines";
import type { ExistingDatabaseSettings } from "./existing-database-schema";
import { existingLocalityProblems, localityProblems, topicLocalityProblems } from "./locality";
import type { MonitoringSettings } from "./monitoring-schema";
import type { NetworkSettings } from "./network-schema";
import { quote } from "./problems";

/** What settings of an environment say of one another. */
interface Settings {
  readonly region: string;
  readonly accountId?: string | undefined;
  readonly network: NetworkSettings;
  readonly monitoring: MonitoringSettings;
  readonly databases: Readonly<Record<string, DatabaseSettings | ExistingDatabaseSettings>>;
}

type Problem = readonly [path: readonly (string | number)[], problem: string];

/** https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html#vpc-limits-security-groups */
const MOST_RULES = 60;

/** Each function is let in at the endpoint by a rule of its own. */
function* roomForRules({ network, databases }: Settings): Generator<Problem> {
  if (network.type !== "existing" || network.secretsManager.through !== "endpoint") return;
  if (Object.keys(databases).length > MOST_RULES) {
    yield [
      ["network", "secretsManager", "through"],
      `must be "client-group" or "nat" for more than ${MOST_RULES} databases, as many as a security group has rules`,
    ];
  }
}

function* adoptedOnce({ databases }: Settings): Generator<Problem> {
  const owners = new Map<string, string>();
  for (const [name, { users }] of existing(databases)) {
    for (const [userName, { secretArn }] of Object.entries(users)) {
      const owner = owners.get(secretArn) ?? name;
      if (owner !== name) {
        yield [
          ["databases", name, "users", userName, "secretArn"],
          `must not be one that ${owner} rotates too`,
        ];
      }
      owners.set(secretArn, name);
    }
  }
}

function* adoptedInPlace({ region, accountId, databases }: Settings): Generator<Problem> {
  for (const [name, settings] of existing(databases)) {
    for (const [path, problem] of existingLocalityProblems(region, accountId, settings)) {
      yield [["databases", name, ...path], problem];
    }
  }
}

function* usersInPlace({ region, databases }: Settings): Generator<Problem> {
  for (const [name, { users }] of own(databases)) {
    for (const [userName, user] of Object.entries(users)) {
      for (const [path, problem] of localityProblems(region, user)) {
        yield [["databases", name, "users", userName, ...path], problem];
      }
    }
  }
}

function* topicInPlace({ region, accountId, monitoring: { alerts } }: Settings): Generator<Problem> {
  if (alerts.type !== "topic") return;
  for (const problem of topicLocalityProblems(region, accountId, alerts.arn)) {
    yield [["monitoring", "alerts", "arn"], problem];
  }
}

function* addressesForDualStack({ network, databases }: Settings): Generator<Problem> {
  if (network.type !== "own" || network.ipv6) return;
  for (const [name, { networkType }] of own(databases)) {
    if (networkType === "DUAL") {
      yield [
        ["databases", name, "networkType"],
        'must be "IPV4" in a VPC of the environment\'s own without ipv6: true',
      ];
    }
  }
}

/** Left out, a database's name is its key's. */
function* namesFromKeys({ databases }: Settings): Generator<Problem> {
  for (const [name, { engine, databaseName }] of own(databases)) {
    const { pattern, must } = ENGINES[engine].databaseName;
    if (databaseName === undefined && !pattern.test(name.replaceAll("-", "_"))) {
      yield [
        ["databases", name, "databaseName"],
        `has to be set, since it may not be as the database's key: it ${must}`,
      ];
    }
  }
}

const CHECKS = [
  roomForRules,
  adoptedOnce,
  adoptedInPlace,
  usersInPlace,
  topicInPlace,
  addressesForDualStack,
  namesFromKeys,
];

/** @returns what does not go together, by where it stands in the environment's settings */
export function* crossCheckProblems(settings: Settings): Generator<Problem> {
  for (const check of CHECKS) yield* check(settings);
}

/** An environment's settings, with its name. */
interface NamedSettings extends Settings {
  readonly name: string;
}

/**
 * A secret has one rotation function at a time, whichever environments want to rotate it.
 * @returns problems, each with its file and path
 */
export function* betweenEnvironments(environments: readonly NamedSettings[]): Generator<string> {
  const owners = new Map<string, string>();
  for (const { name: environment, databases } of environments) {
    for (const [name, { users }] of existing(databases)) {
      for (const [userName, { secretArn }] of Object.entries(users)) {
        const path = `environments/${environment}: databases.${name}.users.${userName}.secretArn`;
        const owner = owners.get(secretArn) ?? environment;
        const maker = makerOf(secretArn, environments);
        if (owner !== environment) {
          yield `${path} must not be one that environments/${owner} rotates too, got ${quote(secretArn)}`;
        }
        if (maker !== undefined) {
          yield `${path} must not be one that environments/${maker} makes itself, got ${quote(secretArn)}`;
        }
        owners.set(secretArn, owner);
      }
    }
  }
}

/** @returns the environment that makes a secret of this name, in this region and perhaps this account */
function makerOf(secretArn: string, environments: readonly NamedSettings[]): string | undefined {
  const { region, account } = parseArn(secretArn);
  const [environment = "", database = "", user = ""] = secretName(secretArn).split("/");
  const maker = environments.find(
    (each) =>
      each.name === environment &&
      each.region === region &&
      (each.accountId === undefined || each.accountId === account),
  );
  const settings = maker && own(maker.databases).find(([name]) => name === database)?.[1];
  return settings && Object.keys(settings.users).includes(user) ? environment : undefined;
}

/** Without the hyphen and six characters that Secrets Manager adds. */
function secretName(arn: string): string {
  return arn.slice(arn.indexOf(":secret:") + ":secret:".length, -"-AbCdEf".length);
}

function own(databases: Settings["databases"]): [string, DatabaseSettings][] {
  return Object.entries(databases).flatMap(([name, settings]) =>
    settings.source === "existing" ? [] : [[name, settings]],
  );
}

function existing(databases: Settings["databases"]): [string, ExistingDatabaseSettings][] {
  return Object.entries(databases).flatMap(([name, settings]) =>
    settings.source === "existing" ? [[name, settings]] : [],
  );
}
