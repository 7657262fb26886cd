import * as z from "zod";
import { topicArn } from "./arns";
import { retention } from "./retention-schema";
import { alternatives, distinct, flag, strict, text } from "./values";

const emailAlerts = strict({
  /** A topic of the environment's own, under a key of its own. */
  type: z.literal("email"),
  /** Up to 10 addresses; each has to confirm what SNS sends it. Others can subscribe to the topic too. @default none */
  addresses: distinct(
    text(/^(?=.{6,254}$)[\w.!#$%&'*+/=?^`{|}~-]{1,64}@([\w-]+\.)+[a-z]{2,}$/i, "must be an e-mail address"),
    0,
    10,
    "must be at most 10 e-mail addresses",
  ).default([]),
  /** Days the topic's deleted key can be restored, 7 to 30. @default 30 */
  keyDeletionWindowDays: retention.keyDeletionWindowDays,
});

const topicAlerts = strict({
  /** A topic that exists. */
  type: z.literal("topic"),
  /** Its ARN; its policy, and its key's, have to let CloudWatch and EventBridge publish: docs/monitoring.md. */
  arn: topicArn,
});

/** How an environment's rotations are watched. */
export const monitoring = strict({
  /** Where alarms and events go. @default a topic of the environment's own, which nobody has subscribed to */
  alerts: alternatives("type", [emailAlerts, topicAlerts], '"email" or "topic"').prefault({ type: "email" }),
  /** Whether each new value of a secret is told of too, and not only what goes wrong. @default false */
  announceRotations: flag().default(false),
  /** Whether there is a dashboard; AWS charges for each by the month. @default true */
  dashboard: flag().default(true),
  /** Whether AWS Config watches for overdue rotations; the account needs a recorder in the region. @default false */
  configRules: flag().default(false),
});

export type MonitoringSettings = z.output<typeof monitoring>;
