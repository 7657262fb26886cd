import { all, on, when } from "../permission";
import { AS_OF_ENVIRONMENT, made, own, type Writes } from "./conditions";
import { EC2_TAGS } from "./ec2-tags";
import { passed } from "./roles";

export const network: Writes = {
  // Its group has no tag when AWS makes it: the first deployment of a network is somebody else's. docs/getting-started-aws.md
  aws_default_security_group: [
    own(on("ec2", "security-group/*", "RevokeSecurityGroupEgress", "RevokeSecurityGroupIngress")),
    ...EC2_TAGS,
  ],
  aws_flow_log: [
    made(on("ec2", "vpc-flow-log/*", "CreateFlowLogs")),
    own(on("ec2", "vpc/*", "CreateFlowLogs")),
    own(on("ec2", "vpc-flow-log/*", "DeleteFlowLogs")),
    ...EC2_TAGS,
    passed("flowLogs", "vpc-flow-logs"),
  ],
  aws_route_table: [
    made(on("ec2", "route-table/*", "CreateRouteTable")),
    own(on("ec2", "vpc/*", "CreateRouteTable")),
    own(on("ec2", "route-table/*", "DeleteRouteTable", "DisassociateRouteTable")),
    ...EC2_TAGS,
  ],
  aws_route_table_association: ["route-table/*", "subnet/*"].map((resource) =>
    own(on("ec2", resource, "AssociateRouteTable", "DisassociateRouteTable", "ReplaceRouteTableAssociation")),
  ),
  aws_subnet: [
    made(on("ec2", "subnet/*", "CreateSubnet")),
    own(on("ec2", "vpc/*", "CreateSubnet")),
    own(
      on(
        "ec2",
        "subnet/*",
        "AssociateSubnetCidrBlock",
        "DeleteSubnet",
        "DisassociateSubnetCidrBlock",
        "ModifySubnetAttribute",
      ),
    ),
    ...EC2_TAGS,
  ],
  aws_vpc: [
    made(on("ec2", "vpc/*", "CreateVpc")),
    own(
      on(
        "ec2",
        "vpc/*",
        "AssociateVpcCidrBlock",
        "DeleteVpc",
        "DisassociateVpcCidrBlock",
        "ModifyVpcAttribute",
      ),
    ),
    ...EC2_TAGS,
  ],
  aws_vpc_endpoint: [
    when(
      "made",
      {
        StringEquals: {
          [AS_OF_ENVIRONMENT]: "<env>",
          "ec2:VpceServiceName": "com.amazonaws.<region>.secretsmanager",
        },
      },
      on("ec2", "vpc-endpoint/*", "CreateVpcEndpoint"),
    ),
    own(on("ec2", "vpc/*", "CreateVpcEndpoint")),
    ...["security-group/*", "subnet/*"].map((resource) =>
      own(on("ec2", resource, "CreateVpcEndpoint", "ModifyVpcEndpoint")),
    ),
    own(on("ec2", "vpc-endpoint/*", "DeleteVpcEndpoints", "ModifyVpcEndpoint")),
    ...EC2_TAGS,
    // For its private name. Asked of the VPC, which that service's ARNs do not know.
    all("route53", "AssociateVPCWithHostedZone"),
  ],
};
