import { types } from "../../../stacks/guard-rails/types";
import { problemsWith } from "../../support/violations";

test.each(["aws_internet_gateway.way-out", "aws_nat_gateway.way-out", "aws_lambda_function_url.way-in"])(
  "%s is refused",
  (address) => {
    expect(problemsWith(types, "orders", address, {})).toEqual([
      `${address} must not be: databases and functions have no way to or from the internet`,
    ]);
  },
);

test.each([
  "aws_secretsmanager_secret_version.value",
  "data.aws_secretsmanager_secret_version.value",
  "random_password.value",
  "aws_iam_access_key.value",
])("%s is refused", (address) => {
  expect(problemsWith(types, "orders", address, {})).toEqual([
    `${address} must not be: its value would stand in Terraform's state, and whoever may plan could read it`,
  ]);
});

test("a type that nobody has looked at is refused, with what to do", () => {
  expect(problemsWith(types, "orders", "aws_dynamodb_table.sessions", {})).toEqual([
    "aws_dynamodb_table.sessions must be of a reviewed type: add aws_dynamodb_table to stacks/guard-rails/types.ts, and rules for what of it has to be encrypted, closed or logged",
  ]);
});

test("what reads no secret may be looked up", () => {
  expect(problemsWith(types, "orders", "data.aws_subnet.existing", {})).toEqual([]);
});
