import { ENDPOINT_SECURITY_GROUP, ordersStack, ref, SUBNETS } from "../support/synth";

const orders = ordersStack();
const FUNCTION_GROUP = ref("aws_security_group.rotation_security-group.id");
const DATABASE_GROUP = ref("aws_security_group.database_security-group.id");
const tcp = (port: number) => ({ from_port: port, ip_protocol: "tcp", to_port: port });

test("the function runs the archive in the database's subnets", () => {
  expect(orders.resource("aws_lambda_function.rotation")).toEqual({
    architectures: ["arm64"],
    depends_on: ["aws_cloudwatch_log_group.rotation_log", "aws_iam_role_policy.rotation_role_execution"],
    description: "Rotates the secrets of test-orders",
    filename: "../../assets/rotation-postgres.zip",
    function_name: "test-orders-rotation",
    handler: "index.handler",
    memory_size: 256,
    role: ref("aws_iam_role.rotation_role.arn"),
    runtime: "nodejs24.x",
    source_code_hash: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
    timeout: 120,
    tracing_config: { mode: "PassThrough" },
    vpc_config: { security_group_ids: [FUNCTION_GROUP], subnet_ids: SUBNETS },
  });
});

test("its log group has the name Lambda writes to", () => {
  expect(orders.resource("aws_cloudwatch_log_group.rotation_log").name).toBe(
    "/aws/lambda/test-orders-rotation",
  );
});

test("only settings that differ from the function's own defaults are in its environment", () => {
  // when
  const stack = ordersStack({ passwords: { length: 40, excludePunctuation: true } });

  // then
  expect(stack.resource("aws_lambda_function.rotation").environment).toEqual({
    variables: { EXCLUDE_PUNCTUATION: "true", PASSWORD_LENGTH: "40" },
  });
});

test("the function reaches the database and the endpoint, and nothing else", () => {
  expect(orders.all("aws_vpc_security_group_egress_rule")).toEqual({
    "rotation_to-database": {
      ...tcp(5432),
      description: "Database",
      referenced_security_group_id: DATABASE_GROUP,
      security_group_id: FUNCTION_GROUP,
    },
    "rotation_to-secretsmanager": {
      ...tcp(443),
      description: "Secrets Manager endpoint",
      referenced_security_group_id: ENDPOINT_SECURITY_GROUP,
      security_group_id: FUNCTION_GROUP,
    },
  });
});

test("database and endpoint let the function in, and nobody else", () => {
  expect(orders.all("aws_vpc_security_group_ingress_rule")).toEqual({
    "rotation_at-endpoint": {
      ...tcp(443),
      description: "Rotation function of test-orders",
      referenced_security_group_id: FUNCTION_GROUP,
      security_group_id: ENDPOINT_SECURITY_GROUP,
    },
    "rotation_from-function": {
      ...tcp(5432),
      description: "Rotation function",
      referenced_security_group_id: FUNCTION_GROUP,
      security_group_id: DATABASE_GROUP,
    },
  });
});

test("security groups have no rules besides: none inline", () => {
  for (const group of Object.values(orders.all("aws_security_group"))) {
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
  }
});

test("with a group for clients the function carries it, and no rule is added for it", () => {
  // when
  const stack = ordersStack({}, "client-group");

  // then
  expect(stack.resource("aws_lambda_function.rotation").vpc_config).toMatchObject({
    security_group_ids: [FUNCTION_GROUP, ENDPOINT_SECURITY_GROUP],
  });
  expect(stack.addresses.filter((address) => /to-secretsmanager|at-endpoint/.test(address))).toEqual([]);
});

test("through NAT the function reaches port 443 of any host", () => {
  // when
  const stack = ordersStack({}, "nat");

  // then
  expect(stack.resource("aws_vpc_security_group_egress_rule.rotation_to-secretsmanager")).toEqual({
    ...tcp(443),
    cidr_ipv4: "0.0.0.0/0",
    description: "Secrets Manager, through NAT",
    security_group_id: FUNCTION_GROUP,
  });
  expect(Object.keys(stack.all("aws_vpc_security_group_ingress_rule"))).toEqual(["rotation_from-function"]);
});

test("the function's security group waits for network interfaces, while Lambda may still delete them", () => {
  expect(orders.resource("aws_security_group.rotation_security-group")).toMatchObject({
    depends_on: ["aws_iam_role_policy.rotation_role_execution"],
    timeouts: { delete: "45m" },
  });
});
