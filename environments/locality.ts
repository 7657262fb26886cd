import { parseArn, partitionOf } from "./arns";
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
