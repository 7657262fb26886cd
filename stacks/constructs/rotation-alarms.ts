import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import { METRICS } from "../../lambda/rotation/contract";
import { type RotationFunction, TIMEOUT_SECONDS } from "./rotation-function";

/** Percent of the function's timeout from which on a step is too slow. */
const NEAR_TIMEOUT = 80;

export interface RotationAlarmsProps {
  readonly function: RotationFunction;
  /** Name of the function, and what the alarms' names begin with. */
  readonly name: string;
  /** Who is told. */
  readonly topicArn: string;
}

interface Alarm {
  readonly namespace: string;
  readonly metricName: string;
  readonly statistic: "Sum" | "Maximum";
  /** What is too much is more than this. */
  readonly threshold: number;
  /** What has happened, and what to do; docs/monitoring.md says more. */
  readonly description: string;
}

const ALARMS: Readonly<Record<string, Alarm>> = {
  errors: {
    namespace: "AWS/Lambda",
    metricName: "Errors",
    statistic: "Sum",
    threshold: 0,
    description:
      "A rotation step failed. The credentials in use still work, and Secrets Manager tries again. The function's " +
      "log says what was refused, at level ERROR.",
  },
  throttles: {
    namespace: "AWS/Lambda",
    metricName: "Throttles",
    statistic: "Sum",
    threshold: 0,
    description:
      "Lambda did not let the function run: the account's concurrency is used up. Find out by what, or raise the " +
      "quota; Secrets Manager tries again.",
  },
  duration: {
    namespace: "AWS/Lambda",
    metricName: "Duration",
    statistic: "Maximum",
    threshold: TIMEOUT_SECONDS * 10 * NEAR_TIMEOUT,
    description:
      `A step took more than ${NEAR_TIMEOUT} % of the function's ${TIMEOUT_SECONDS} seconds. See in its log what it ` +
      "waited for: locks or load on the database, or the network.",
  },
  repairs: {
    namespace: METRICS.namespace,
    metricName: METRICS.repairs,
    statistic: "Sum",
    threshold: 0,
    description:
      "A secret's current value did not log in, and the function has mended it. Find out who changed the secret or " +
      "the database's user past the rotation; until the repair no client could log in.",
  },
};

/** What tells of one database's rotation function that somebody has to look. */
export class RotationAlarms extends Construct {
  constructor(scope: Construct, id: string, props: RotationAlarmsProps) {
    super(scope, id);
    for (const [what, { description, ...alarm }] of Object.entries(ALARMS)) {
      new CloudwatchMetricAlarm(this, what, {
        ...alarm,
        alarmName: `${props.name}-${what}`,
        alarmDescription: description,
        dimensions: { FunctionName: props.function.functionName },
        comparisonOperator: "GreaterThanThreshold",
        period: 300,
        evaluationPeriods: 1,
        // Between rotations the function says nothing, and that is as it should be.
        treatMissingData: "notBreaching",
        alarmActions: [props.topicArn],
      });
    }
  }
}
