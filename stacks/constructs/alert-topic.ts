import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { TerraformIterator } from "cdktf";
import { Construct } from "constructs";
import type { Environment } from "../../environments";
import { MAIN } from "../environment-stack";
import type { Location } from "../location";
import { type PolicyStatement, policyDocument } from "../policy-document";
import { EncryptionKey } from "./encryption-key";
import { rulePrefix } from "./secret-events";

export interface AlertTopicProps {
  readonly location: Location;
  /** Name of the environment. */
  readonly environment: string;
  /** E-mail addresses, each of which has to confirm. */
  readonly addresses: readonly string[];
  /** Days a deleted key can be restored, 7 to 30. */
  readonly keyDeletionWindowDays: number;
}

/** Where an environment's alarms and rules say what has gone wrong, under a key of its own. */
export class AlertTopic extends Construct {
  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    const { location, environment } = props;
    const name = topicName(environment);
    const topicArn = location.arn("sns", name);
    const alarms = {
      StringEquals: { "aws:SourceAccount": location.accountId },
      ArnLike: { "aws:SourceArn": location.arn("cloudwatch", `alarm:${environment}-*-rotation-*`) },
    };
    const rules = {
      ArnLike: { "aws:SourceArn": location.arn("events", `rule/${rulePrefix(environment)}*`) },
    };
    const key = new EncryptionKey(this, "key", {
      location,
      alias: name,
      description: `Alerts of ${environment}`,
      deletionWindowDays: props.keyDeletionWindowDays,
      logGroupNames: [],
      statements: [
        publisher("EncryptAlarms", "cloudwatch", ENCRYPT, "*", {
          ...alarms,
          StringEquals: { ...alarms.StringEquals, [TOPIC]: topicArn },
        }),
        // For EventBridge SNS knows no aws:SourceArn here: only the topic's policy can say which rules.
        // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
        publisher("EncryptEvents", "events", ENCRYPT, "*", { StringEquals: { [TOPIC]: topicArn } }),
      ],
    });
    const topic = new SnsTopic(this, MAIN, { name, kmsMasterKeyId: key.arn });
    new SnsTopicPolicy(this, "policy", {
      arn: topic.arn,
      policy: policyDocument([
        publisher("PublishAlarms", "cloudwatch", "sns:Publish", topicArn, alarms),
        publisher("PublishEvents", "events", "sns:Publish", topicArn, rules),
      ]),
    });
    if (props.addresses.length > 0) {
      // By address and not by its place in the list: taking one out leaves the others subscribed.
      const each = TerraformIterator.fromList([...props.addresses]);
      new SnsTopicSubscription(this, "email", {
        forEach: each,
        topicArn: topic.arn,
        protocol: "email",
        endpoint: each.value,
      });
    }
  }
}

const ENCRYPT = ["kms:Decrypt", "kms:GenerateDataKey"];
const TOPIC = "kms:EncryptionContext:aws:sns:topicArn";

function publisher(
  Sid: string,
  service: "cloudwatch" | "events",
  Action: PolicyStatement["Action"],
  Resource: string,
  Condition: PolicyStatement["Condition"] & object,
): PolicyStatement {
  const Principal = { Service: `${service}.amazonaws.com` };
  return { Sid, Effect: "Allow", Principal, Action, Resource, Condition };
}

function topicName(environment: string): string {
  return `${environment}-rotation-alerts`;
}

/** By name, not by reference: a database's stack then needs no other, and no other needs it. */
export function alertTopicArn({ name, monitoring }: Environment, location: Location): string {
  const { alerts } = monitoring;
  return alerts.type === "topic" ? alerts.arn : location.arn("sns", topicName(name));
}
