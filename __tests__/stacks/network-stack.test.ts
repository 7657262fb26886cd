import { ACCOUNT, existingNetwork, ownNetwork, ref, synthesize } from "../support/synth";

const network = synthesize({ test: ownNetwork() }).stack("test-network");

test("an existing VPC has no network stack", () => {
  // given
  const { files } = synthesize({ test: existingNetwork() });

  // then
  expect([...files.keys()].filter((file) => file.includes("network"))).toEqual([]);
});

test("the VPC resolves the endpoint's private name", () => {
  expect(network.resource("aws_vpc.vpc")).toEqual({
    cidr_block: "10.20.0.0/16",
    enable_dns_hostnames: true,
    enable_dns_support: true,
    tags: { Name: "test-vpc" },
  });
});

test("nothing leads to the internet", () => {
  expect(network.all("aws_route_table")).toEqual({
    routes: { tags: { Name: "test-isolated" }, vpc_id: ref("aws_vpc.vpc.id") },
  });
  expect(network.addresses.filter((address) => /gateway|aws_route\.|eip/.test(address))).toEqual([]);
  expect(Object.values(network.all("aws_subnet")).map((subnet) => subnet.map_public_ip_on_launch)).toEqual([
    false,
    false,
  ]);
});

test("every subnet is isolated by the same routes", () => {
  expect(network.all("aws_route_table_association")).toEqual({
    "routes-a": {
      route_table_id: ref("aws_route_table.routes.id"),
      subnet_id: ref("aws_subnet.subnet-a.id"),
    },
    "routes-b": {
      route_table_id: ref("aws_route_table.routes.id"),
      subnet_id: ref("aws_subnet.subnet-b.id"),
    },
  });
});

test("a subnet keeps its zone and addresses when a zone is added before it", () => {
  // given
  const subnetsOf = (availabilityZones: string[]) =>
    synthesize({
      test: { ...ownNetwork(), network: { type: "own", cidr: "10.20.0.0/16", availabilityZones } },
    })
      .stack("test-network")
      .all("aws_subnet");

  // when
  const before = subnetsOf(["b", "c"]);
  const after = subnetsOf(["a", "b", "c"]);

  // then
  expect(after).toEqual({ "subnet-a": expect.anything(), ...before });
  expect(after["subnet-b"]).toEqual({
    availability_zone: "eu-west-1b",
    cidr_block: ref('cidrsubnet("10.20.0.0/16", 4, 1)'),
    map_public_ip_on_launch: false,
    tags: { Name: "test-isolated-b" },
    vpc_id: ref("aws_vpc.vpc.id"),
  });
});

test("the default security group lets nothing in or out", () => {
  expect(network.all("aws_default_security_group")).toEqual({
    "default-security-group": { tags: { Name: "test-default-closed" }, vpc_id: ref("aws_vpc.vpc.id") },
  });
});

test("Secrets Manager is reached in the VPC, under its usual name", () => {
  expect(network.resource("aws_vpc_endpoint.secretsmanager-endpoint")).toEqual({
    policy: expect.any(String),
    private_dns_enabled: true,
    security_group_ids: [ref("aws_security_group.endpoint-security-group.id")],
    service_name: "com.amazonaws.eu-west-1.secretsmanager",
    subnet_ids: [ref("aws_subnet.subnet-a.id"), ref("aws_subnet.subnet-b.id")],
    tags: { Name: "test-secretsmanager" },
    vpc_endpoint_type: "Interface",
    vpc_id: ref("aws_vpc.vpc.id"),
  });
});

test("the endpoint serves this account's identities and secrets only", () => {
  expect(network.policy("aws_vpc_endpoint.secretsmanager-endpoint")).toEqual([
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
      Condition: { StringEquals: { "aws:PrincipalAccount": ACCOUNT, "aws:ResourceAccount": ACCOUNT } },
    },
  ]);
});

test("clients reach the endpoint by the group they carry, and it takes no rule for each", () => {
  const https = { from_port: 443, ip_protocol: "tcp", to_port: 443 };
  const [client, endpoint] = ["client", "endpoint"].map((name) =>
    ref(`aws_security_group.${name}-security-group.id`),
  );
  expect(network.all("aws_vpc_security_group_egress_rule")).toEqual({
    "to-endpoint": {
      ...https,
      description: "Secrets Manager endpoint",
      referenced_security_group_id: endpoint,
      security_group_id: client,
    },
  });
  expect(network.all("aws_vpc_security_group_ingress_rule")).toEqual({
    "from-clients": {
      ...https,
      description: "Clients",
      referenced_security_group_id: client,
      security_group_id: endpoint,
    },
  });
});

describe("with IPv6", () => {
  const dual = synthesize({
    test: { ...ownNetwork(), network: { type: "own", cidr: "10.20.0.0/16", ipv6: true } },
  });
  const stack = dual.stack("test-network");

  test("the VPC gets addresses from Amazon, and each subnet its own of them", () => {
    expect(stack.resource("aws_vpc.vpc")).toMatchObject({ assign_generated_ipv6_cidr_block: true });
    expect(stack.resource("aws_subnet.subnet-b").ipv6_cidr_block).toBe(
      ref("cidrsubnet(aws_vpc.vpc.ipv6_cidr_block, 8, 1)"),
    );
  });

  test("still nothing leads to the internet", () => {
    expect(stack.addresses.filter((address) => /gateway|aws_route\./.test(address))).toEqual([]);
  });
});
