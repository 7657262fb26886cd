import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment, ExistingDatabaseSettings } from "../environments";
import { EXISTING_ENGINES } from "../environments/existing-database-schema";
import { alertTopicArn } from "./constructs/alert-topic";
import { EncryptionKey } from "./constructs/encryption-key";
import { RotationAlarms } from "./constructs/rotation-alarms";
import { logGroupName, RotationFunction } from "./constructs/rotation-function";
import { RotationSchedule } from "./constructs/rotation-schedule";
import { SecretEvents } from "./constructs/secret-events";
import { EnvironmentStack } from "./environment-stack";
import type { Network } from "./network";

export interface ExistingDatabaseStackProps {
  /** The database's name in its environment. */
  readonly name: string;
  readonly settings: ExistingDatabaseSettings;
  readonly network: Network;
}

/**
 * Rotation for a database that exists, and for secrets that exist: their function, its permissions, their schedules.
 * Nothing is initialised: values, users and grants are their owner's. What a secret's value says of host, user and
 * masterarn counts, and the first rotation checks it.
 */
export class ExistingDatabaseStack extends EnvironmentStack {
  constructor(
    scope: Construct,
    environment: Environment,
    { name, settings, network }: ExistingDatabaseStackProps,
  ) {
    super(scope, environment, name, { database: name });
    const { location } = this;
    const { identifier, host, port, securityGroupId, adminSecret, users } = settings;
    const functionName = `${environment.name}-${name}-rotation`;
    const key = new EncryptionKey(this, "key", {
      location,
      alias: `${environment.name}-${name}`,
      description: `Logs of ${functionName}`,
      deletionWindowDays: settings.keyDeletionWindowDays,
      logGroupNames: [logGroupName(functionName)],
    });
    const rotation = new RotationFunction(this, "rotation", {
      location,
      name: functionName,
      settings: { ...settings, engine: EXISTING_ENGINES[settings.engine] },
      network,
      key,
      database: { identifier, port, securityGroupId },
      secrets: Object.values(users).map(({ secretArn, kmsKeyArn }) => ({ arn: secretArn, kmsKeyArn })),
      adminSecret: adminSecret && { arn: adminSecret.secretArn, kmsKeyArn: adminSecret.kmsKeyArn },
      strategy: settings.strategy,
    });
    const topicArn = alertTopicArn(environment, location);
    new RotationAlarms(this, "alarm", { function: rotation, name: functionName, topicArn });
    for (const [userName, { secretArn, rotation: schedule }] of Object.entries(users)) {
      new RotationSchedule(this, `schedule-${userName}`, {
        location,
        secret: { id: secretArn, arn: secretArn },
        function: rotation,
        rotation: schedule,
        dependsOn: rotation.prerequisites,
      });
      // Secrets with the environment's prefix have the monitoring stack's rules: one more would tell everything twice.
      if (!secretArn.includes(`:secret:${environment.name}/`)) {
        new SecretEvents(this, `events-${userName}`, {
          environment: environment.name,
          secret: secretArn,
          topicArn,
          announceRotations: environment.monitoring.announceRotations,
        });
      }
      new TerraformOutput(this, `secret-${userName}-arn`, { value: secretArn });
    }
    const kind = settings.engine.startsWith("aurora-") ? "cluster" : "db";
    new TerraformOutput(this, "database-arn", { value: location.arn("rds", `${kind}:${identifier}`) });
    new TerraformOutput(this, "database-endpoint", { value: `${host}:${port}` });
    if (adminSecret) new TerraformOutput(this, "admin-secret-arn", { value: adminSecret.secretArn });
    new TerraformOutput(this, "function-arn", { value: rotation.arn });
    new TerraformOutput(this, "function-log-group", { value: rotation.logGroupName });
    new TerraformOutput(this, "key-arn", { value: key.arn });
  }
}
