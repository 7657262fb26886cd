import { on, type Permission, when } from "../permission";
import { AS_OF_ENVIRONMENT, own, tags } from "./conditions";

const EC2_MAKES = [
  "AuthorizeSecurityGroupEgress",
  "AuthorizeSecurityGroupIngress",
  "CreateFlowLogs",
  "CreateRouteTable",
  "CreateSecurityGroup",
  "CreateSubnet",
  "CreateVpc",
  "CreateVpcEndpoint",
];
const EC2_TAGGED = [
  "route-table/*",
  "security-group/*",
  "security-group-rule/*",
  "subnet/*",
  "vpc/*",
  "vpc-endpoint/*",
  "vpc-flow-log/*",
];
/** Tags in the request that makes something, and of what is the environment's; never of what is somebody else's. */
export const EC2_TAGS: readonly Permission[] = [
  when(
    "tagged when made",
    { StringEquals: { [AS_OF_ENVIRONMENT]: "<env>", "ec2:CreateAction": EC2_MAKES } },
    on("ec2", EC2_TAGGED, "CreateTags"),
  ),
  tags(on("ec2", EC2_TAGGED, "CreateTags")),
  own(on("ec2", EC2_TAGGED, "DeleteTags")),
];
