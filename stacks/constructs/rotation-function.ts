import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { DatabaseSettings } from "../../environments";
import { ENVIRONMENT_VARIABLES, type Strategy } from "../../lambda/rotation/contract";
import type { Engine } from "../archive";
import { MAIN } from "../environment-stack";
import type { Location } from "../location";
import type { Network } from "../network";
import { EncryptedLogGroup } from "./encrypted-log-group";
import type { EncryptionKey } from "./encryption-key";
import { FunctionBundle } from "./function-bundle";
import { type EncryptedSecret, RotationRole } from "./rotation-role";

const HTTPS = 443;

/** Of one step; its own deadlines are well inside. */
export const TIMEOUT_SECONDS = 120;

/** The database whose users it rotates, made here or existing. */
export interface RotatedDatabase {
  readonly identifier: string;
  readonly port: number;
  readonly securityGroupId: string;
}

export interface RotationFunctionProps {
  readonly location: Location;
  /** At most 64 characters. */
  readonly name: string;
  readonly settings: { readonly engine: Engine } & Pick<DatabaseSettings, "logRetentionDays" | "passwords">;
  readonly network: Network;
  /** Encrypts its log. */
  readonly key: EncryptionKey;
  readonly database: RotatedDatabase;
  /** What it rotates. */
  readonly secrets: readonly EncryptedSecret[];
  /** What it creates and repairs users with. @default nothing: users change their own passwords only */
  readonly adminSecret?: EncryptedSecret | undefined;
  /** For secrets without a tag that names theirs. @default single-user */
  readonly strategy?: Strategy;
}

/** The Lambda function of one database, with all it needs to reach that database and Secrets Manager. */
export class RotationFunction extends Construct {
  readonly arn: string;
  readonly functionName: string;
  readonly logGroupName: string;
  /** What has to stand before the function can do its work. */
  readonly prerequisites: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: RotationFunctionProps) {
    super(scope, id);
    const { location, name, settings, network, key, database } = props;
    const logGroup = new EncryptedLogGroup(this, "log", {
      name: logGroupName(name),
      key,
      retentionDays: settings.logRetentionDays,
    });
    const role = new RotationRole(this, "role", {
      location,
      network,
      functionName: name,
      logGroupArn: location.arn("logs", `log-group:${logGroup.name}`),
      secrets: props.secrets,
      adminSecret: props.adminSecret,
    });
    const securityGroup = new SecurityGroup(this, "security-group", {
      name,
      description: `Rotation function ${name}`,
      vpcId: network.vpcId,
      tags: { Name: name },
      // Lambda releases its network interfaces up to 40 minutes late, and needs its role for that.
      timeouts: { delete: "45m" },
      dependsOn: [role.execution],
    });
    const bundle = FunctionBundle.of(this, settings.engine);
    const lambda = new LambdaFunction(this, MAIN, {
      functionName: name,
      description: `Rotates the secrets of ${database.identifier}`,
      role: role.arn,
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      filename: bundle.path,
      sourceCodeHash: bundle.sha256,
      memorySize: 256,
      timeout: TIMEOUT_SECONDS,
      ...environmentOf(settings.passwords, props.strategy),
      vpcConfig: {
        subnetIds: [...network.subnetIds],
        securityGroupIds: [securityGroup.id, ...clientGroups(network)],
      },
      tracingConfig: { mode: "PassThrough" },
      dependsOn: [logGroup, role.execution],
    });
    this.arn = lambda.arn;
    this.functionName = lambda.functionName;
    this.logGroupName = logGroup.name;
    this.prerequisites = [role.secrets, ...this.routes(securityGroup.id, network, database)];
  }

  /** To the database and to Secrets Manager, and nowhere else. */
  private routes(securityGroupId: string, network: Network, database: RotatedDatabase) {
    const { port } = database;
    const tcp = (to: number) => ({ securityGroupId, ipProtocol: "tcp", fromPort: to, toPort: to });
    const rules: ITerraformDependable[] = [
      new VpcSecurityGroupIngressRule(this, "from-function", {
        ...tcp(port),
        securityGroupId: database.securityGroupId,
        description: "Rotation function",
        referencedSecurityGroupId: securityGroupId,
      }),
      new VpcSecurityGroupEgressRule(this, "to-database", {
        ...tcp(port),
        description: "Database",
        referencedSecurityGroupId: database.securityGroupId,
      }),
    ];
    const { secretsManager } = network;
    if (secretsManager.through === "client-group") return rules;
    if (secretsManager.through === "nat") {
      const nat = { ...tcp(HTTPS), description: "Secrets Manager, through NAT", cidrIpv4: "0.0.0.0/0" };
      rules.push(new VpcSecurityGroupEgressRule(this, "to-secretsmanager", nat));
      return rules;
    }
    rules.push(
      new VpcSecurityGroupEgressRule(this, "to-secretsmanager", {
        ...tcp(HTTPS),
        description: "Secrets Manager endpoint",
        referencedSecurityGroupId: secretsManager.securityGroupId,
      }),
      new VpcSecurityGroupIngressRule(this, "at-endpoint", {
        ...tcp(HTTPS),
        securityGroupId: secretsManager.securityGroupId,
        description: `Rotation function of ${database.identifier}`,
        referencedSecurityGroupId: securityGroupId,
      }),
    );
    return rules;
  }
}

function clientGroups({ secretsManager }: Network): string[] {
  return secretsManager.through === "client-group" ? [secretsManager.securityGroupId] : [];
}

/** The log group Lambda writes to. */
export function logGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}

/** Only what differs from the function's own defaults. */
function environmentOf(passwords: DatabaseSettings["passwords"], strategy: Strategy = "single-user") {
  const variables = Object.fromEntries(
    Object.entries({
      [ENVIRONMENT_VARIABLES.passwordLength]: passwords.length,
      [ENVIRONMENT_VARIABLES.excludeCharacters]: passwords.excludeCharacters,
      [ENVIRONMENT_VARIABLES.excludeNumbers]: passwords.excludeNumbers,
      [ENVIRONMENT_VARIABLES.excludePunctuation]: passwords.excludePunctuation,
      [ENVIRONMENT_VARIABLES.excludeUppercase]: passwords.excludeUppercase,
      [ENVIRONMENT_VARIABLES.excludeLowercase]: passwords.excludeLowercase,
      [ENVIRONMENT_VARIABLES.requireEachIncludedType]: passwords.requireEachIncludedType,
      [ENVIRONMENT_VARIABLES.rotationStrategy]: strategy === "single-user" ? undefined : strategy,
    }).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
  return Object.keys(variables).length > 0 ? { environment: { variables } } : {};
}
