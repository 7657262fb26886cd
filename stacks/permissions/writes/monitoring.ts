import { all, on, when } from "../permission";
import { AS_OF_ENVIRONMENT, OWN_OR_NEW, own, TAGS, tags, type Writes } from "./conditions";

export const monitoring: Writes = {
  aws_cloudwatch_dashboard: [on("cloudwatch", "dashboard/<env>-*", "DeleteDashboards", "PutDashboard")],
  aws_cloudwatch_event_rule: [on("events", "rule/<env>-*", ...TAGS, "DeleteRule", "PutRule")],
  aws_cloudwatch_event_target: [
    on("events", "rule/<env>-*", "RemoveTargets"),
    when(
      "to topics",
      { ArnLike: { "events:TargetArn": "arn:<partition>:sns:<region>:*:*" } },
      on("events", "rule/<env>-*", "PutTargets"),
    ),
  ],
  aws_cloudwatch_metric_alarm: [on("cloudwatch", "alarm:<env>-*", ...TAGS, "DeleteAlarms", "PutMetricAlarm")],
  aws_cloudwatch_query_definition: [all("logs", "DeleteQueryDefinition", "PutQueryDefinition")],
  aws_config_config_rule: [
    when(
      "made or own",
      { StringEquals: { [AS_OF_ENVIRONMENT]: "<env>" }, ...OWN_OR_NEW },
      on("config", "config-rule/*", "PutConfigRule", "TagResource"),
    ),
    own(on("config", "config-rule/*", "DeleteConfigRule", "UntagResource")),
    tags(on("config", "config-rule/*", "TagResource")),
  ],
  aws_sns_topic: [on("sns", "<env>-*", ...TAGS, "CreateTopic", "DeleteTopic", "SetTopicAttributes")],
  aws_sns_topic_policy: [on("sns", "<env>-*", "SetTopicAttributes")],
  aws_sns_topic_subscription: [
    on("sns", "<env>-*", "Unsubscribe"),
    when("by email", { StringEquals: { "sns:Protocol": "email" } }, on("sns", "<env>-*", "Subscribe")),
  ],
};
