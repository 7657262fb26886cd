import { ConfigConfigRule } from "@cdktf/provider-aws/lib/config-config-rule";
import type { Construct } from "constructs";
import type { Environment } from "../environments";
import { AlertTopic, alertTopicArn } from "./constructs/alert-topic";
import { LogQueries } from "./constructs/log-queries";
import { RotationDashboard } from "./constructs/rotation-dashboard";
import { EventSentence, SecretEvents } from "./constructs/secret-events";
import { EnvironmentStack } from "./environment-stack";

/**
 * What of an environment's watching belongs to no database: whom alarms tell, events of secrets, the dashboard. It
 * knows its databases by the names that they have in common, so that none changes it.
 */
export class MonitoringStack extends EnvironmentStack {
  constructor(scope: Construct, environment: Environment) {
    super(scope, environment, "monitoring");
    const { location } = this;
    const { name, monitoring } = environment;
    const topicArn = alertTopicArn(environment, location);
    if (monitoring.alerts.type === "email") {
      new AlertTopic(this, "alerts", { location, environment: name, ...monitoring.alerts });
    }
    new SecretEvents(this, "secrets", {
      environment: name,
      secret: { prefix: location.arn("secretsmanager", `secret:${name}/`) },
      topicArn,
      announceRotations: monitoring.announceRotations,
    });
    new LogQueries(this, "query", { environment: name });
    if (monitoring.dashboard) {
      new RotationDashboard(this, "dashboard", { environment: name, region: environment.region });
    }
    if (monitoring.configRules) this.#watchSchedules(topicArn);
  }

  /**
   * Only of secrets with the environment's tag: those that were adopted may have none. The third such rule,
   * secretsmanager-secret-periodic-rotation, is periodic and could not be limited to them.
   * https://docs.aws.amazon.com/config/latest/developerguide/secretsmanager-scheduled-rotation-success-check.html
   */
  #watchSchedules(topicArn: string): void {
    const { name } = this.environment;
    const rules = {
      "rotation-on-time": "SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK",
      "rotation-enabled": "SECRETSMANAGER_ROTATION_ENABLED_CHECK",
    };
    for (const [id, sourceIdentifier] of Object.entries(rules)) {
      new ConfigConfigRule(this, id, {
        name: `${name}-${id}`,
        source: { owner: "AWS", sourceIdentifier },
        scope: { tagKey: "environment", tagValue: name },
      });
    }
    new EventSentence(this, "non-compliance", {
      environment: name,
      topicArn,
      description: "A secret that breaks one of the environment's AWS Config rules",
      pattern: {
        source: ["aws.config"],
        "detail-type": ["Config Rules Compliance Change"],
        detail: {
          configRuleName: Object.keys(rules).map((id) => `${name}-${id}`),
          newEvaluationResult: { complianceType: ["NON_COMPLIANT"] },
        },
      },
      paths: { rule: "$.detail.configRuleName", secret: "$.detail.resourceId", time: "$.time" },
      sentence: "<secret> breaks <rule> since <time>: see docs/monitoring.md for what to do.",
    });
  }
}
