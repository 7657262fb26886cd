import { ACCOUNT, arn, ordersStack } from "../support/synth";

const orders = ordersStack({ monitoringIntervalSeconds: 5 });

test("only RDS's monitoring may take the role, and for this instance", () => {
  expect(orders.resource("aws_iam_role.database_monitoring").name).toBe("test-orders-monitoring");
  expect(orders.policy("aws_iam_role.database_monitoring", "assume_role_policy")).toEqual([
    {
      Sid: "EnhancedMonitoring",
      Effect: "Allow",
      Principal: { Service: "monitoring.rds.amazonaws.com" },
      Action: "sts:AssumeRole",
      Condition: {
        ArnEquals: { "aws:SourceArn": arn("rds", "db:test-orders") },
        StringEquals: { "aws:SourceAccount": ACCOUNT },
      },
    },
  ]);
});

test("it may write into the one log group that RDS has for measurements", () => {
  expect(orders.policy("aws_iam_role_policy.database_monitoring_measurements")).toEqual([
    {
      Sid: "ManageLogGroup",
      Effect: "Allow",
      Action: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
      Resource: arn("logs", "log-group:RDSOSMetrics"),
    },
    {
      Sid: "WriteMeasurements",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"],
      Resource: arn("logs", "log-group:RDSOSMetrics:log-stream:*"),
    },
  ]);
});

test("without measurements there is no role", () => {
  expect(ordersStack({ monitoringIntervalSeconds: 0 }).all("aws_iam_role")).not.toHaveProperty(
    "database_monitoring",
  );
});
