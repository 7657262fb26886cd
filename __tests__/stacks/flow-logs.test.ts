import { ACCOUNT, arn, ownNetwork, ref, synthesize } from "../support/synth";

const network = { type: "own" as const, cidr: "10.20.0.0/16", flowLogs: {} };
const stack = synthesize({ test: { ...ownNetwork(), network } }).stack("test-network");
const LOG_GROUP = "/aws/vpc/test-vpc/flow-logs";

test("without them there is neither log, nor key, nor role", () => {
  const { addresses } = synthesize({ test: ownNetwork() }).stack("test-network");
  expect(addresses.filter((address) => /flow|kms|iam|log/.test(address))).toEqual([]);
});

test("all connections of the VPC are logged, once the role may write", () => {
  expect(stack.resource("aws_flow_log.flow-logs")).toEqual({
    depends_on: ["aws_iam_role_policy.flow-logs_policy"],
    iam_role_arn: ref("aws_iam_role.flow-logs_role.arn"),
    log_destination: ref("aws_cloudwatch_log_group.flow-logs_log.arn"),
    log_destination_type: "cloud-watch-logs",
    tags: { Name: "test-vpc" },
    traffic_type: "ALL",
    vpc_id: ref("aws_vpc.vpc.id"),
  });
});

test("the log group is encrypted with a key for this group only, and expires", () => {
  expect(stack.resource("aws_cloudwatch_log_group.flow-logs_log")).toEqual({
    kms_key_id: ref("aws_kms_key.flow-logs_key.arn"),
    name: LOG_GROUP,
    retention_in_days: 90,
  });
  expect(stack.policy("aws_kms_key.flow-logs_key").map(({ Sid, Condition }) => [Sid, Condition])).toEqual([
    ["AccountAdministration", undefined],
    [
      "EncryptLogs",
      { ArnEquals: { "kms:EncryptionContext:aws:logs:arn": [arn("logs", `log-group:${LOG_GROUP}`)] } },
    ],
  ]);
});

test("flow logs of this account take the role, and nobody else", () => {
  expect(stack.policy("aws_iam_role.flow-logs_role", "assume_role_policy")).toEqual([
    {
      Sid: "FlowLogs",
      Effect: "Allow",
      Principal: { Service: "vpc-flow-logs.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        ArnLike: { "aws:SourceArn": arn("ec2", "vpc-flow-log/*") },
        StringEquals: { "aws:SourceAccount": ACCOUNT },
      },
    },
  ]);
});

test("the role writes to this log group only", () => {
  expect(stack.policy("aws_iam_role_policy.flow-logs_policy")).toEqual([
    // AWS requires it for the delivery to begin: the service looks its group up among all of them.
    {
      Sid: "FindLogGroup",
      Effect: "Allow",
      Action: "logs:DescribeLogGroups",
      Resource: "*",
    },
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      Resource: arn("logs", `log-group:${LOG_GROUP}:*`),
    },
  ]);
});
