import { on, type Permission, when } from "../permission";
import { made, OF_ENVIRONMENT, own, type Writes } from "./conditions";
import { EC2_TAGS } from "./ec2-tags";
import { bounded, ROLES } from "./roles";

const ALL_ROLES = Object.values(ROLES);
const RULES = ["security-group/*", "security-group-rule/*"];
const rules = (direction: "Egress" | "Ingress"): Permission[] => [
  own(on("ec2", "security-group/*", `AuthorizeSecurityGroup${direction}`, `RevokeSecurityGroup${direction}`)),
  made(on("ec2", "security-group-rule/*", `AuthorizeSecurityGroup${direction}`)),
  when(
    "both own",
    { StringEquals: { [OF_ENVIRONMENT]: "<env>" } },
    on("ec2", RULES, "ModifySecurityGroupRules"),
  ),
  ...EC2_TAGS,
];

export const access: Writes = {
  // No ec2:DeleteNetworkInterface: Lambda deletes what its functions leave behind, Terraform only waits for it.
  aws_security_group: [
    made(on("ec2", "security-group/*", "CreateSecurityGroup")),
    // In an existing VPC too, which is somebody else's. A group that nothing carries opens nothing.
    on("ec2", "vpc/*", "CreateSecurityGroup"),
    own(on("ec2", "security-group/*", "DeleteSecurityGroup", "RevokeSecurityGroupEgress")),
    ...EC2_TAGS,
  ],
  aws_vpc_security_group_egress_rule: rules("Egress"),
  aws_vpc_security_group_ingress_rule: rules("Ingress"),
  aws_iam_role: [
    on(
      "iam",
      ALL_ROLES,
      "DeleteRole",
      "ListInstanceProfilesForRole",
      "TagRole",
      "UntagRole",
      "UpdateRole",
      "UpdateRoleDescription",
    ),
    bounded(on("iam", ALL_ROLES, "CreateRole", "PutRolePermissionsBoundary", "UpdateAssumeRolePolicy")),
  ],
  aws_iam_role_policy: [bounded(on("iam", ALL_ROLES, "DeleteRolePolicy", "PutRolePolicy"))],
};
