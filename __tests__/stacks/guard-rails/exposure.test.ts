import { exposure } from "../../../stacks/guard-rails/exposure";
import type { Declaration } from "../../../stacks/guard-rails/rule";
import { ref } from "../../support/synth";
import { problemsWith } from "../../support/violations";

const FROM_FUNCTION = "aws_vpc_security_group_ingress_rule.rotation_from-function";
const SOURCE = "a /8 at the most, or better a security group";
const SOURCE_IPV6 = "a /32 at the most, or better a security group";
const PERMISSION = "aws_lambda_permission.schedule-app_permission";

test.each<[stack: string, address: string, attributes: Declaration["attributes"], problem: string]>([
  [
    "orders",
    "aws_db_instance.database",
    { publicly_accessible: true },
    "publicly_accessible must be false, got true",
  ],
  [
    "network",
    "aws_subnet.subnet-a",
    { map_public_ip_on_launch: true },
    "map_public_ip_on_launch must be false, got true",
  ],
  [
    "network",
    "aws_default_security_group.default-security-group",
    { egress: [{ protocol: "-1" }] },
    'egress must be left out, got [{"protocol":"-1"}]',
  ],
  ["orders", FROM_FUNCTION, { cidr_ipv4: "0.0.0.0/0" }, `cidr_ipv4 must be ${SOURCE}, got "0.0.0.0/0"`],
  ["orders", FROM_FUNCTION, { cidr_ipv4: "128.0.0.0/1" }, `cidr_ipv4 must be ${SOURCE}, got "128.0.0.0/1"`],
  ["orders", FROM_FUNCTION, { cidr_ipv6: "::/0" }, `cidr_ipv6 must be ${SOURCE_IPV6}, got "::/0"`],
  [
    "orders",
    "aws_security_group.rotation_security-group",
    { ingress: [{ cidr_blocks: ["0.0.0.0/0"] }] },
    'ingress must be an aws_vpc_security_group_ingress_rule, got [{"cidr_blocks":["0.0.0.0/0"]}]',
  ],
  [
    "orders",
    "aws_secretsmanager_secret_policy.secret-app_policy",
    { block_public_policy: undefined },
    "block_public_policy must be true, got nothing",
  ],
  ["orders", PERMISSION, { principal: "*" }, 'principal must be a service or an account, got "*"'],
  [
    "orders",
    PERMISSION,
    { source_account: undefined, source_arn: undefined },
    "source_account or source_arn must be set, got nothing",
  ],
  [
    "network",
    "aws_vpc_endpoint.secretsmanager-endpoint",
    { policy: undefined },
    "policy must be set: AWS's default lets everybody do everything, got nothing",
  ],
])("%s: %s with %j is refused", (stack, address, attributes, problem) => {
  expect(problemsWith(exposure, stack, address, attributes)).toEqual([`${address} ${problem}`]);
});

test.each<[address: string, attributes: Declaration["attributes"]]>([
  [FROM_FUNCTION, { cidr_ipv4: "10.0.0.0/8" }],
  [FROM_FUNCTION, { cidr_ipv4: ref("aws_vpc.vpc.cidr_block") }],
  // A function behind NAT has no other way to Secrets Manager.
  ["aws_vpc_security_group_egress_rule.rotation_to-secretsmanager", { cidr_ipv4: "0.0.0.0/0" }],
])("%s with %j is right", (address, attributes) => {
  expect(problemsWith(exposure, "orders", address, attributes)).toEqual([]);
});
