import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import type { Construct } from "constructs";
import { STRATEGY_TAG, type Strategy } from "../../lambda/rotation/contract";
import type { EncryptionKey } from "./encryption-key";

export interface DatabaseSecretProps {
  readonly name: string;
  readonly description: string;
  readonly key: EncryptionKey;
  readonly strategy: Strategy;
  /** Days a deleted secret can be restored: 7 to 30, or 0 for none. */
  readonly recoveryWindowDays: number;
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
      tags: { [STRATEGY_TAG]: props.strategy },
    });
  }
}
