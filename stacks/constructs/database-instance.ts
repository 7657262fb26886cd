import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";
import type { DatabaseSettings } from "../../environments";
import { ENGINES } from "../../environments/engines";
import { MAIN } from "../environment-stack";
import type { Location } from "../location";
import type { Network } from "../network";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { MonitoringRole } from "./monitoring-role";
import { ParameterGroup } from "./parameter-group";

/** Days that Performance Insights keeps: advanced Database Insights takes 465 and no other. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DatabaseInsights.Considerations.html */
const INSIGHTS_DAYS = { standard: 7, advanced: 465 } as const;

export interface DatabaseInstanceProps {
  readonly location: Location;
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
    const monitoring = this.monitoring(props);
    const instance = new DbInstance(this, MAIN, {
      identifier,
      engine: settings.engine,
      engineVersion: settings.engineVersion,
      allowMajorVersionUpgrade: settings.allowMajorVersionUpgrade,
      autoMinorVersionUpgrade: settings.autoMinorVersionUpgrade,
      applyImmediately: settings.applyImmediately,
      instanceClass: settings.instanceClass,
      dbName: props.databaseName,
      port: settings.port,
      username: settings.adminUsername,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: key.arn,
      iamDatabaseAuthenticationEnabled: settings.iamAuthentication,
      caCertIdentifier: settings.caCertificateIdentifier,
      parameterGroupName: parameterGroup.name,
      dbSubnetGroupName: subnetGroup.name,
      vpcSecurityGroupIds: [securityGroup.id],
      publiclyAccessible: false,
      networkType: settings.networkType,
      multiAz: settings.multiAz,
      storageType: "gp3",
      allocatedStorage: settings.allocatedStorageGib,
      ...growth(settings),
      ...(settings.iops !== undefined && { iops: settings.iops }),
      ...(settings.throughputMibps !== undefined && { storageThroughput: settings.throughputMibps }),
      storageEncrypted: true,
      kmsKeyId: key.arn,
      backupRetentionPeriod: settings.backupRetentionDays,
      ...(settings.backupWindow !== undefined && { backupWindow: settings.backupWindow }),
      ...(settings.maintenanceWindow !== undefined && { maintenanceWindow: settings.maintenanceWindow }),
      copyTagsToSnapshot: true,
      deletionProtection: settings.deletionProtection,
      ...finalSnapshot(identifier, settings, key),
      deleteAutomatedBackups: false,
      ...insights(settings, key),
      monitoringInterval: settings.monitoringIntervalSeconds,
      ...(monitoring && { monitoringRoleArn: monitoring.arn }),
      enabledCloudwatchLogsExports: [...ENGINES[settings.engine].logExports],
      dependsOn: [...logGroups, ...(monitoring ? [monitoring.permissions] : [])],
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

  /** Without measurements there is no role. */
  private monitoring({ location, identifier, settings }: DatabaseInstanceProps): MonitoringRole | undefined {
    if (settings.monitoringIntervalSeconds === 0) return undefined;
    return new MonitoringRole(this, "monitoring", { location, identifier });
  }
}

/** Equal numbers mean no growth, for which RDS wants no maximum at all. */
function growth({ allocatedStorageGib, maxAllocatedStorageGib }: DatabaseSettings) {
  return maxAllocatedStorageGib > allocatedStorageGib ? { maxAllocatedStorage: maxAllocatedStorageGib } : {};
}

/**
 * Named after the key: a database that is made and destroyed again has another key, so its snapshot another name,
 * where a fixed one would be taken the second time. It also says which key's deletion to cancel to read it.
 */
function finalSnapshot(identifier: string, settings: DatabaseSettings, key: EncryptionKey) {
  if (!settings.finalSnapshot) return { skipFinalSnapshot: true };
  return { skipFinalSnapshot: false, finalSnapshotIdentifier: `${identifier}-final-${key.id}` };
}

function insights({ insights: mode }: DatabaseSettings, key: EncryptionKey) {
  if (mode === "none") return { performanceInsightsEnabled: false };
  return {
    performanceInsightsEnabled: true,
    performanceInsightsKmsKeyId: key.arn,
    performanceInsightsRetentionPeriod: INSIGHTS_DAYS[mode],
    databaseInsightsMode: mode,
  };
}

/** Log groups RDS writes to, by kind of log. */
export function logGroupNames(
  identifier: string,
  engine: DatabaseSettings["engine"],
): (readonly [type: string, name: string])[] {
  return ENGINES[engine].logExports.map((type) => [type, `/aws/rds/instance/${identifier}/${type}`]);
}
