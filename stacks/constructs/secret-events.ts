import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { CloudwatchEventTarget } from "@cdktf/provider-aws/lib/cloudwatch-event-target";
import { Construct } from "constructs";

/** Of what Secrets Manager tells of a rotation, what somebody has to look at. */
const FAILURES = ["RotationFailed", "RotationAbandoned", "TestRotationFailed"];

export interface SecretEventsProps {
  /** Name of the environment. */
  readonly environment: string;
  /** The secret's ARN, or what the ARNs of several begin with. */
  readonly secret: string | { readonly prefix: string };
  /** Who is told. */
  readonly topicArn: string;
  /** Whether new values are told of too, and not failures only. */
  readonly announceRotations: boolean;
}

/** Rules that turn Secrets Manager's events into sentences. No event holds a secret's value. */
export class SecretEvents extends Construct {
  constructor(scope: Construct, id: string, props: SecretEventsProps) {
    super(scope, id);
    const source = ["aws.secretsmanager"];
    new EventSentence(this, "failures", {
      ...props,
      description: "A rotation that failed or was abandoned",
      // Such events are CloudTrail's: they arrive only where the account has a trail.
      // https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
      pattern: {
        source,
        "detail-type": ["AWS Service Event via CloudTrail"],
        detail: { eventName: FAILURES, additionalEventData: { SecretId: [props.secret] } },
      },
      paths: { event: "$.detail.eventName", secret: "$.detail.additionalEventData.SecretId", time: "$.time" },
      sentence:
        "<event> of <secret> at <time>: the credentials in use were not replaced. See the log of its rotation " +
        "function, and docs/monitoring.md for what to do.",
    });
    if (!props.announceRotations) return;
    new EventSentence(this, "changes", {
      ...props,
      description: "A secret's new value",
      // https://docs.aws.amazon.com/secretsmanager/latest/userguide/event-detail-secret-label-updated-secretsmanager.html
      pattern: {
        source,
        "detail-type": ["Secret Label Updated"],
        resources: [props.secret],
        detail: { labelUpdated: ["AWSCURRENT"] },
      },
      paths: { secret: "$.detail.name", time: "$.time", version: "$.detail.versionId" },
      sentence: "<secret> has a new value since <time>, version <version>.",
    });
  }
}

export interface EventSentenceProps {
  /** Name of the environment. */
  readonly environment: string;
  readonly topicArn: string;
  readonly description: string;
  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html; at most 2,048 characters */
  readonly pattern: object;
  /** Where in an event the sentence's words are, by the name they have in it. */
  readonly paths: Readonly<Record<string, string>>;
  /** What the topic is told; <names> are those of the paths. */
  readonly sentence: string;
}

/** A rule whose events are told as a sentence. */
export class EventSentence extends Construct {
  constructor(scope: Construct, id: string, props: EventSentenceProps) {
    super(scope, id);
    const rule = new CloudwatchEventRule(this, "rule", {
      // Terraform makes the rest of it up: users of databases would not fit into 64 characters.
      namePrefix: rulePrefix(props.environment),
      description: props.description,
      eventPattern: JSON.stringify(props.pattern),
    });
    new CloudwatchEventTarget(this, "target", {
      rule: rule.name,
      targetId: "alerts",
      arn: props.topicArn,
      // The template is JSON: a text in quotes.
      inputTransformer: { inputPaths: props.paths, inputTemplate: JSON.stringify(props.sentence) },
    });
  }
}

/** What the names of an environment's rules begin with: its topic takes what they publish. */
export function rulePrefix(environment: string): string {
  return `${environment}-rotation-`;
}
