import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";

export interface EncryptedLogGroupProps {
  /** As the service that writes it names it; one of the key's own log groups. */
  readonly name: string;
  /** Days that events are kept. */
  readonly retentionDays: number;
  readonly key: EncryptionKey;
}

/**
 * A log group declared before its writer: RDS and Lambda would otherwise make one that is neither encrypted
 * with our key nor ever expires.
 */
export class EncryptedLogGroup extends CloudwatchLogGroup {
  constructor(scope: Construct, id: string, props: EncryptedLogGroupProps) {
    super(scope, id, {
      name: props.name,
      retentionInDays: props.retentionDays,
      kmsKeyId: props.key.arn,
    });
  }
}
