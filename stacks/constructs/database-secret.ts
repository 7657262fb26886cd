import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import type { Construct } from "constructs";
import type { UserSettings } from "../../environments";
import { STRATEGY_TAG, type Strategy } from "../../lambda/rotation/contract";
import { policyDocument } from "../policy-document";
import type { EncryptionKey } from "./encryption-key";

export interface DatabaseSecretProps {
  readonly name: string;
  readonly description: string;
  readonly key: EncryptionKey;
  readonly strategy: Strategy;
  /** Days a deleted secret can be restored: 7 to 30, or 0 for none. */
  readonly recoveryWindowDays: number;
  /** ARNs of the roles that may read it. The key lets them decrypt: see its own props. */
  readonly readers: readonly string[];
  /** Regions that hold a replica. */
  readonly replicaRegions: UserSettings["replicaRegions"];
}

/**
 * A user's secret, declared empty: its values are made and written by the rotation function alone, so none
 * ever passes through Terraform. A declared version would also be put back over AWSCURRENT after Secrets
 * Manager has pruned it: https://github.com/hashicorp/terraform-provider-aws/issues/37302
 */
export class DatabaseSecret extends SecretsmanagerSecret {
  constructor(scope: Construct, id: string, props: DatabaseSecretProps) {
    super(scope, id, {
      name: props.name,
      description: props.description,
      kmsKeyId: props.key.arn,
      recoveryWindowInDays: props.recoveryWindowDays,
      ...replicasOf(props.replicaRegions),
      tags: { [STRATEGY_TAG]: props.strategy },
    });
    if (props.readers.length > 0) this.letRead(props.readers);
  }

  /**
   * Nobody is denied: a Deny for all others would bind the account's own administrators, the break-glass role and
   * whatever comes after the rotation role. Who else may read is up to the account's IAM policies.
   */
  private letRead(roles: readonly string[]): void {
    new SecretsmanagerSecretPolicy(this, "policy", {
      secretArn: this.arn,
      blockPublicPolicy: true,
      policy: policyDocument([
        {
          Sid: "Readers",
          Effect: "Allow",
          Principal: { AWS: roles },
          // AWS's caching clients describe a secret to learn its current version, then read that version by id.
          Action: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
          // In a secret's policy "*" is that secret. Its ARN would not fit the replicas, which get the same policy.
          Resource: "*",
        },
      ]),
    });
  }
}

/**
 * Secrets Manager itself copies values, policy and tags there, as the service it is: neither who deploys nor the
 * rotation function needs more for it than for the secret here.
 */
function replicasOf(regions: UserSettings["replicaRegions"]) {
  const replica = Object.entries(regions).map(([region, { kmsKeyArn }]) => ({
    region,
    ...(kmsKeyArn !== undefined && { kmsKeyId: kmsKeyArn }),
  }));
  return replica.length > 0 ? { replica } : {};
}
