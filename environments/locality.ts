import { parseArn, partitionOf } from "./arns";
import type { ExistingDatabaseSettings } from "./existing-database-schema";
import type { UserSettings } from "./user-schema";

type Path = readonly (string | number)[];

/**
 * Users' secrets reach into other regions and accounts: into other regions of the same partition only.
 * @param region where the secret itself is
 * @returns what is in the wrong place, by where it stands in the user's settings
 */
export function* localityProblems(
  region: string,
  { readers, replicaRegions }: UserSettings,
): Generator<readonly [path: Path, problem: string]> {
  const partition = partitionOf(region);
  for (const [index, role] of readers.entries()) {
    const given = parseArn(role).partition;
    // What is no ARN is refused already.
    if (given !== "" && given !== partition) {
      yield [["readers", index], `must be a role in the partition of ${region}, arn:${partition}:iam::…`];
    }
  }
  for (const [replica, { kmsKeyArn }] of Object.entries(replicaRegions)) {
    const path = ["replicaRegions", replica];
    if (replica === region) {
      yield [path, `must not be ${region}, where the secret itself is`];
    } else if (partitionOf(replica) !== partition) {
      yield [path, `must be a region in the partition of ${region}, ${partition}`];
    }
    const keyRegion = parseArn(kmsKeyArn ?? "").region;
    if (keyRegion !== "" && keyRegion !== replica) {
      yield [[...path, "kmsKeyArn"], `must be the ARN of a KMS key in ${replica}`];
    }
  }
}

/**
 * Secrets that exist are rotated where they are: a function works in its own region and account.
 * @param accountId 12 digits, where it is known
 * @returns what is in the wrong place, by where it stands in the database's settings
 */
export function* existingLocalityProblems(
  region: string,
  accountId: string | undefined,
  { adminSecret, users }: ExistingDatabaseSettings,
): Generator<readonly [path: Path, problem: string]> {
  const secrets = [
    ...Object.entries(users).map(([name, user]) => [["users", name], user] as const),
    ...(adminSecret === undefined ? [] : [[["adminSecret"], adminSecret] as const]),
  ];
  for (const [path, { secretArn, kmsKeyArn }] of secrets) {
    const given = parseArn(secretArn);
    if (given.partition !== "" && given.partition !== partitionOf(region)) {
      yield [
        [...path, "secretArn"],
        `must be the ARN of a secret in the partition of ${region}, arn:${partitionOf(region)}:…`,
      ];
    }
    if (given.region !== "" && given.region !== region) {
      yield [[...path, "secretArn"], `must be the ARN of a secret in ${region}`];
    }
    if (given.account !== "" && accountId !== undefined && given.account !== accountId) {
      yield [[...path, "secretArn"], `must be the ARN of a secret of account ${accountId}`];
    }
    const key = parseArn(kmsKeyArn ?? "");
    if (key.region !== "" && key.region !== region) {
      yield [[...path, "kmsKeyArn"], `must be the ARN of a KMS key in ${region}`];
    }
  }
}

/**
 * Alarms and rules publish in their own region; another account's topic would have to trust this one.
 * @param accountId 12 digits, where it is known
 */
export function* topicLocalityProblems(
  region: string,
  accountId: string | undefined,
  topicArn: string,
): Generator<string> {
  const given = parseArn(topicArn);
  if (given.partition !== "" && given.partition !== partitionOf(region)) {
    yield `must be the ARN of a topic in the partition of ${region}, arn:${partitionOf(region)}:…`;
  }
  if (given.region !== "" && given.region !== region) yield `must be the ARN of a topic in ${region}`;
  if (given.account !== "" && accountId !== undefined && given.account !== accountId) {
    yield `must be the ARN of a topic of account ${accountId}`;
  }
}
