import { LambdaInvocation } from "@cdktf/provider-aws/lib/lambda-invocation";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { DatabaseSettings, Environment, UserSettings } from "../environments";
import { ENGINES } from "../environments/engines";
import type { InitializeSecretEvent } from "../lambda/rotation/contract";
import { alertTopicArn } from "./constructs/alert-topic";
import { DatabaseInstance, logGroupNames } from "./constructs/database-instance";
import { DatabaseSecret } from "./constructs/database-secret";
import { EncryptionKey } from "./constructs/encryption-key";
import { RotationAlarms } from "./constructs/rotation-alarms";
import { logGroupName, RotationFunction } from "./constructs/rotation-function";
import { RotationSchedule } from "./constructs/rotation-schedule";
import { EnvironmentStack } from "./environment-stack";
import type { Network } from "./network";

export interface DatabaseStackProps {
  /** The database's name in its environment. */
  readonly name: string;
  readonly settings: DatabaseSettings;
  readonly network: Network;
}

/** Everything one database needs, and nothing that another one has: its instance, secrets and rotation. */
export class DatabaseStack extends EnvironmentStack {
  readonly #identifier: string;
  readonly #databaseName: string;
  readonly #settings: DatabaseSettings;

  constructor(scope: Construct, environment: Environment, { name, settings, network }: DatabaseStackProps) {
    super(scope, environment, name, { database: name });
    const { location } = this;
    this.#identifier = `${environment.name}-${name}`;
    this.#databaseName = settings.databaseName ?? name.replaceAll("-", "_");
    this.#settings = settings;
    const functionName = `${this.#identifier}-rotation`;

    const secretName = (userName: string) => `${environment.name}/${name}/${userName}`;
    const key = new EncryptionKey(this, "key", {
      location,
      alias: this.#identifier,
      description: `Storage, secrets and logs of ${this.#identifier}`,
      deletionWindowDays: settings.keyDeletionWindowDays,
      logGroupNames: [
        logGroupName(functionName),
        ...logGroupNames(this.#identifier, settings.engine).map(([, logGroup]) => logGroup),
      ],
      data: {
        readers: Object.entries(settings.users)
          .filter(([, { readers }]) => readers.length > 0)
          .map(([userName, { readers }]) => ({
            userName,
            secretName: secretName(userName),
            roleArns: readers,
          })),
      },
    });
    const database = new DatabaseInstance(this, "database", {
      location,
      identifier: this.#identifier,
      databaseName: this.#databaseName,
      settings,
      network,
      key,
    });
    const users = Object.entries(settings.users).map(([userName, user]) => ({
      userName,
      user,
      secret: new DatabaseSecret(this, `secret-${userName}`, {
        name: secretName(userName),
        description: `Login of ${user.username ?? userName} on ${this.#identifier}`,
        key,
        strategy: user.strategy,
        recoveryWindowDays: user.recoveryWindowDays,
        readers: user.readers,
        replicaRegions: user.replicaRegions,
      }),
    }));
    const rotation = new RotationFunction(this, "rotation", {
      location,
      name: functionName,
      settings,
      network,
      key,
      database,
      secrets: users.map(({ secret }) => ({ arn: secret.arn, kmsKeyArn: key.arn })),
      adminSecret: { arn: database.adminSecretArn, kmsKeyArn: key.arn },
    });
    const topicArn = alertTopicArn(environment, location);
    new RotationAlarms(this, "alarm", { function: rotation, name: functionName, topicArn });
    for (const { userName, user, secret } of users) {
      const initialization = new LambdaInvocation(this, `initialize-${userName}`, {
        functionName: rotation.functionName,
        input: JSON.stringify(this.initialization(userName, user, secret, database)),
        dependsOn: [...rotation.prerequisites],
      });
      new RotationSchedule(this, `schedule-${userName}`, {
        location,
        secret,
        function: rotation,
        rotation: user.rotation,
        // A schedule of an empty secret could not rotate.
        dependsOn: [initialization],
      });
      new TerraformOutput(this, `secret-${userName}-arn`, { value: secret.arn });
    }
    new TerraformOutput(this, "database-arn", { value: database.arn });
    new TerraformOutput(this, "database-endpoint", { value: `${database.address}:${database.port}` });
    new TerraformOutput(this, "admin-secret-arn", { value: database.adminSecretArn });
    new TerraformOutput(this, "function-arn", { value: rotation.arn });
    new TerraformOutput(this, "function-log-group", { value: rotation.logGroupName });
    new TerraformOutput(this, "key-arn", { value: key.arn });
  }

  /** Facts only: the function makes the password itself. */
  private initialization(
    userName: string,
    { username = userName, grants }: UserSettings,
    secret: DatabaseSecret,
    database: DatabaseInstance,
  ): InitializeSecretEvent {
    return {
      Step: "initializeSecret",
      SecretId: secret.arn,
      Connection: {
        engine: this.#settings.engine,
        host: database.address,
        port: database.port,
        username,
        dbname: this.#loginDatabase(grants),
        dbInstanceIdentifier: this.#identifier,
        masterarn: database.adminSecretArn,
      },
      Grants: grants.map(({ privilege, schema }) => ({ privilege, schema })),
    };
  }
  /**
   * The database that the user's clients are told to use. Where schemas are databases, the instance's own may not
   * be one of the user's, and a login that names it would be refused.
   */
  #loginDatabase(grants: UserSettings["grants"]): string | undefined {
    const schemas = grants.map(({ schema }) => schema);
    if (!ENGINES[this.#settings.engine].schemasAreDatabases || schemas.includes(this.#databaseName)) {
      return this.#databaseName;
    }
    return schemas[0];
  }
}
