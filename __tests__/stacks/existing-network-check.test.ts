import {
  ENDPOINT_SECURITY_GROUP,
  existingNetwork,
  ownNetwork,
  SUBNETS,
  synthesize,
  VPC,
} from "../support/synth";

type ById = Record<string, Record<string, unknown>>;

const lookUps = (through?: "endpoint" | "client-group" | "nat") => {
  const { data } = synthesize({ test: existingNetwork({}, through) }).stack("test-orders").json;
  const { aws_caller_identity, aws_partition, ...rest } = data as Record<string, ById>;
  return Object.fromEntries(
    Object.entries(rest).flatMap(([type, byId]) =>
      Object.entries(byId).map(([id, { "//": _, ...attributes }]) => [`${type}.${id}`, attributes]),
    ),
  );
};

const IN_THE_VPC = Object.fromEntries(SUBNETS.map((id) => [`aws_subnet.network_${id}`, { id, vpc_id: VPC }]));

test.each(["endpoint", "client-group"] as const)(
  "a plan finds every subnet, the security group and an endpoint in the VPC, or fails (%s)",
  (through) => {
    expect(lookUps(through)).toEqual({
      ...IN_THE_VPC,
      "aws_security_group.network_secretsmanager-group": { id: ENDPOINT_SECURITY_GROUP, vpc_id: VPC },
      "aws_vpc_endpoint.network_secretsmanager-endpoint": {
        service_name: "com.amazonaws.eu-west-1.secretsmanager",
        state: "available",
        vpc_id: VPC,
      },
    });
  },
);

test("through NAT there is no endpoint to find", () => {
  expect(lookUps("nat")).toEqual(IN_THE_VPC);
});

test("a VPC of the environment's own is not looked up", () => {
  const { data } = synthesize({ test: ownNetwork() }).stack("test-orders").json;
  expect(Object.keys(data ?? {})).not.toContain("aws_subnet");
});
