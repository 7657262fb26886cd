import { logging } from "../../../stacks/guard-rails/logging";
import type { Declaration } from "../../../stacks/guard-rails/rule";
import { problemsWith } from "../../support/violations";

const INSTANCE = "aws_db_instance.database";

test.each<[address: string, attributes: Declaration["attributes"], problem: string]>([
  [
    INSTANCE,
    { enabled_cloudwatch_logs_exports: undefined },
    "enabled_cloudwatch_logs_exports must be at least one log, got nothing",
  ],
  [
    INSTANCE,
    { enabled_cloudwatch_logs_exports: ["postgresql", "iam-db-auth-error"] },
    "must have its log group /aws/rds/instance/complete-orders/iam-db-auth-error declared in the stack, which it is not",
  ],
  [
    "aws_lambda_function.rotation",
    { function_name: "other" },
    "must have its log group /aws/lambda/other declared in the stack, which it is not",
  ],
  [
    "aws_cloudwatch_log_group.rotation_log",
    { retention_in_days: undefined },
    "retention_in_days must be at least 1, got nothing",
  ],
  [
    "aws_cloudwatch_log_group.rotation_log",
    { retention_in_days: 0 },
    "retention_in_days must be at least 1, got 0",
  ],
])("%s with %j is refused", (address, attributes, problem) => {
  expect(problemsWith(logging, "orders", address, attributes)).toEqual([`${address} ${problem}`]);
});

test("a database and a function whose logs are declared, with a time, are right", () => {
  expect(problemsWith(logging, "orders", INSTANCE, {})).toEqual([]);
});
