import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { DatabaseSettings } from "../../environments";
import { ENGINES } from "../../environments/engines";
import { MAIN } from "../environment-stack";
import type { Network } from "../network";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { ParameterGroup } from "./parameter-group";

export interface DatabaseInstanceProps {
  /** Identifier of the instance, unique in account and region. */
  readonly identifier: string;
  readonly databaseName: string;
  readonly settings: DatabaseSettings;
  readonly network: Network;
  readonly key: EncryptionKey;
}

/** An RDS instance whose master password RDS itself makes, keeps and rotates. */
export class DatabaseInstance extends Construct {
  readonly arn: string;
  readonly identifier: string;
  /** Host name. */
  readonly address: string;
  readonly port: number;
  /** ARN of the secret that RDS keeps for the master user. */
  readonly adminSecretArn: string;
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, props: DatabaseInstanceProps) {
    super(scope, id);
    const { identifier, settings, network, key } = props;
    this.identifier = identifier;
    this.port = settings.port;
    const securityGroup = new SecurityGroup(this, "security-group", {
      name: `${identifier}-database`,
      description: `Database ${identifier}`,
      vpcId: network.vpcId,
      tags: { Name: `${identifier}-database` },
    });
    this.securityGroupId = securityGroup.id;
    for (const client of settings.clientSecurityGroupIds) {
      this.allowFrom(this, `client-${client}`, "Configured client", client);
    }
    const subnetGroup = new DbSubnetGroup(this, "subnet-group", {
      name: identifier,
      description: `Subnets of ${identifier}`,
      subnetIds: [...network.subnetIds],
    });
    const parameterGroup = new ParameterGroup(this, "parameter-group", { identifier, settings });
    const logGroups = logGroupNames(identifier, settings.engine).map(
      ([type, name]) =>
        new EncryptedLogGroup(this, `log-${type}`, { name, key, retentionDays: settings.logRetentionDays }),
    );
    const instance = new DbInstance(this, MAIN, {
      identifier,
      engine: settings.engine,
      engineVersion: settings.engineVersion,
      autoMinorVersionUpgrade: true,
      instanceClass: settings.instanceClass,
      dbName: props.databaseName,
      port: settings.port,
      username: settings.adminUsername,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: key.arn,
      iamDatabaseAuthenticationEnabled: settings.iamAuthentication,
      caCertIdentifier: "rds-ca-rsa2048-g1",
      parameterGroupName: parameterGroup.name,
      dbSubnetGroupName: subnetGroup.name,
      vpcSecurityGroupIds: [securityGroup.id],
      publiclyAccessible: false,
      multiAz: settings.multiAz,
      storageType: "gp3",
      allocatedStorage: settings.allocatedStorageGib,
      maxAllocatedStorage: settings.maxAllocatedStorageGib,
      storageEncrypted: true,
      kmsKeyId: key.arn,
      backupRetentionPeriod: settings.backupRetentionDays,
      copyTagsToSnapshot: true,
      deletionProtection: settings.deletionProtection,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: `${identifier}-final`,
      deleteAutomatedBackups: false,
      enabledCloudwatchLogsExports: [...ENGINES[settings.engine].logExports],
      dependsOn: logGroups,
    });
    this.arn = instance.arn;
    this.address = instance.address;
    this.adminSecretArn = instance.masterUserSecret.get(0).secretArn;
  }

  /** Lets members of a security group connect. The rule is the scope's: it comes and goes with it. */
  allowFrom(scope: Construct, id: string, description: string, securityGroupId: string) {
    return new VpcSecurityGroupIngressRule(scope, id, {
      securityGroupId: this.securityGroupId,
      description,
      referencedSecurityGroupId: securityGroupId,
      ipProtocol: "tcp",
      fromPort: this.port,
      toPort: this.port,
    });
  }
}

/** Log groups RDS writes to, by kind of log. */
export function logGroupNames(
  identifier: string,
  engine: DatabaseSettings["engine"],
): (readonly [type: string, name: string])[] {
  return ENGINES[engine].logExports.map((type) => [type, `/aws/rds/instance/${identifier}/${type}`]);
}
