import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Fn, TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Environment, OwnNetworkSettings } from "../environments";
import { FlowLogs } from "./constructs/flow-logs";
import { EnvironmentStack } from "./environment-stack";
import type { Network, WayToSecretsManager } from "./network";
import { policyDocument } from "./policy-document";

/** Each subnet takes a sixteenth of the VPC: 4 more bits of the prefix. */
const SUBNET_BITS = 4;
/** From the /56 that Amazon gives a VPC to the /64 of a subnet. */
const IPV6_SUBNET_BITS = 8;
const HTTPS = 443;

/**
 * A VPC of the environment's own: isolated subnets, and Secrets Manager as the only way out.
 * Addresses and names come from the zones' letters, so that adding a zone changes no other.
 */
export class NetworkStack extends EnvironmentStack implements Network {
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly secretsManager: WayToSecretsManager;

  constructor(scope: Construct, environment: Environment, settings: OwnNetworkSettings) {
    super(scope, environment, "network");
    const named = (name: string) => ({ tags: { Name: `${environment.name}-${name}` } });

    const vpc = new Vpc(this, "vpc", {
      cidrBlock: settings.cidr,
      // Both are needed for private DNS names of endpoints.
      enableDnsHostnames: true,
      enableDnsSupport: true,
      ...(settings.ipv6 && { assignGeneratedIpv6CidrBlock: true }),
      ...named("vpc"),
    });
    // Without rules: whatever is started without a security group of its own reaches nothing.
    new DefaultSecurityGroup(this, "default-security-group", { vpcId: vpc.id, ...named("default-closed") });

    // No route but the VPC's own.
    const routes = new RouteTable(this, "routes", { vpcId: vpc.id, ...named("isolated") });
    const subnets = settings.availabilityZones.map((zone) => {
      const place = zone.charCodeAt(0) - "a".charCodeAt(0);
      const subnet = new Subnet(this, `subnet-${zone}`, {
        vpcId: vpc.id,
        availabilityZone: `${environment.region}${zone}`,
        cidrBlock: Fn.cidrsubnet(settings.cidr, SUBNET_BITS, place),
        ...(settings.ipv6 && { ipv6CidrBlock: Fn.cidrsubnet(vpc.ipv6CidrBlock, IPV6_SUBNET_BITS, place) }),
        mapPublicIpOnLaunch: false,
        ...named(`isolated-${zone}`),
      });
      new RouteTableAssociation(this, `routes-${zone}`, { subnetId: subnet.id, routeTableId: routes.id });
      return subnet;
    });
    this.vpcId = vpc.id;
    this.subnetIds = subnets.map(({ id }) => id);

    // A group for clients instead of a rule for each: a group has at most 60 rules, and a new database changes
    // nothing here. https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
    const clients = new SecurityGroup(this, "client-security-group", {
      name: `${environment.name}-secretsmanager-client`,
      description: "Clients of the Secrets Manager endpoint",
      vpcId: vpc.id,
      ...named("secretsmanager-client"),
    });
    const endpointSecurityGroup = new SecurityGroup(this, "endpoint-security-group", {
      name: `${environment.name}-secretsmanager-endpoint`,
      description: "Secrets Manager endpoint",
      vpcId: vpc.id,
      ...named("secretsmanager-endpoint"),
    });
    const https = { ipProtocol: "tcp", fromPort: HTTPS, toPort: HTTPS };
    new VpcSecurityGroupEgressRule(this, "to-endpoint", {
      ...https,
      securityGroupId: clients.id,
      description: "Secrets Manager endpoint",
      referencedSecurityGroupId: endpointSecurityGroup.id,
    });
    new VpcSecurityGroupIngressRule(this, "from-clients", {
      ...https,
      securityGroupId: endpointSecurityGroup.id,
      description: "Clients",
      referencedSecurityGroupId: clients.id,
    });
    this.secretsManager = { through: "client-group", securityGroupId: clients.id };
    const endpoint = new VpcEndpoint(this, "secretsmanager-endpoint", {
      vpcId: vpc.id,
      vpcEndpointType: "Interface",
      serviceName: `com.amazonaws.${environment.region}.secretsmanager`,
      privateDnsEnabled: true,
      subnetIds: [...this.subnetIds],
      securityGroupIds: [endpointSecurityGroup.id],
      policy: this.endpointPolicy(),
      ...named("secretsmanager"),
    });

    if (settings.flowLogs !== undefined) {
      const name = `${environment.name}-vpc`;
      new FlowLogs(this, "flow-logs", {
        location: this.location,
        name,
        vpcId: vpc.id,
        settings: settings.flowLogs,
      });
    }

    new TerraformOutput(this, "vpc-id", { value: vpc.id });
    new TerraformOutput(this, "subnet-ids", { value: this.subnetIds });
    new TerraformOutput(this, "endpoint-id", { value: endpoint.id });
    new TerraformOutput(this, "client-security-group-id", { value: clients.id });
  }

  /** Neither foreign identities nor foreign secrets: the endpoint cannot carry data out of the account. */
  private endpointPolicy(): string {
    const { accountId } = this.location;
    return policyDocument([
      {
        Sid: "SecretsOfThisAccount",
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "secretsmanager:DescribeSecret",
          "secretsmanager:GetSecretValue",
          "secretsmanager:ListSecretVersionIds",
          "secretsmanager:PutSecretValue",
          "secretsmanager:UpdateSecretVersionStage",
        ],
        Resource: "*",
        Condition: {
          StringEquals: { "aws:PrincipalAccount": accountId, "aws:ResourceAccount": accountId },
        },
      },
    ]);
  }
}
