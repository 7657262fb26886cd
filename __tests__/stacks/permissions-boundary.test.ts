import { allStacks } from "../support/all-stacks";
import { completeBootstrap } from "../support/fixture-environment";
import { ACCOUNT_ID, type IamRequest, isAllowed, resolved } from "../support/iam";
import { ownNetwork, PARTITION, ref, synthesize } from "../support/synth";

const stacks = allStacks();
const bootstrap = stacks.get("bootstrap");
if (bootstrap === undefined) throw new Error("no bootstrap");
const bounds = resolved(String(bootstrap.resource("aws_iam_policy.boundary-complete").policy));
const BOUNDARY = `arn:${PARTITION}:iam::${ref("data.aws_caller_identity.account.account_id")}:policy/ci/boundary-`;

test("the roles of environments that CI deploys have the boundary, and no others", () => {
  const boundaries = [...stacks].flatMap(([id, stack]) =>
    Object.entries(stack.all("aws_iam_role")).map(([role, { permissions_boundary }]) => [
      `${id} ${role}`,
      permissions_boundary,
    ]),
  );
  expect(Object.fromEntries(boundaries)).toEqual({
    "bootstrap deploy-role-complete": undefined,
    "bootstrap diff-role": undefined,
    "complete-invoices database_monitoring": `${BOUNDARY}complete`,
    "complete-invoices rotation_role": `${BOUNDARY}complete`,
    "complete-ledger rotation_role": `${BOUNDARY}complete`,
    "complete-network flow-logs_role": `${BOUNDARY}complete`,
    "complete-orders database_monitoring": `${BOUNDARY}complete`,
    "complete-orders rotation_role": `${BOUNDARY}complete`,
    "complete-stock rotation_role": `${BOUNDARY}complete`,
    "dev-orders rotation_role": undefined,
    "staging-orders database_monitoring": undefined,
    "staging-orders rotation_role": undefined,
  });
});

test("without a bootstrap, or without GitHub, there is none", () => {
  const { github: _, ...bucketOnly } = completeBootstrap;
  for (const synthesis of [
    synthesize({ test: ownNetwork() }),
    synthesize({ test: ownNetwork() }, bucketOnly),
  ]) {
    expect(synthesis.stack("test-orders").resource("aws_iam_role.rotation_role")).not.toHaveProperty(
      "permissions_boundary",
    );
  }
});

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:${ACCOUNT_ID}:${resource}`;
const FROM_FUNCTION = { "lambda:SourceFunctionArn": arn("lambda", "function:complete-orders-rotation") };
const SECRET = arn("secretsmanager", "secret:complete/orders/app-AbCdEf");
const ADOPTED = arn("secretsmanager", "secret:ledger/app-AbCdEf");
const MASTER = arn("secretsmanager", "secret:rds!db-0a1b2c3d-AbCdEf");
const OWN = { "aws:ResourceTag/environment": "complete" };
const OF_INSTANCE = (name: string) => ({
  "aws:ResourceTag/aws:rds:primaryDBInstanceArn": arn("rds", `db:${name}`),
});

/** What a role's own policy refers to, as Terraform fills it in. */
const REFERENCES: readonly (readonly [reference: RegExp, value: string])[] = [
  [/\$\{aws_secretsmanager_secret\.[^}]*\}/g, SECRET],
  [/\$\{aws_db_instance\.[^}]*secret_arn\}/g, MASTER],
  [/\$\{aws_cloudwatch_log_group\.rotation_log\.name\}/g, "/aws/lambda/complete-orders-rotation"],
  [/\$\{data\.terraform_remote_state\.[^}]*\}/g, "id"],
];

/** What a request has of its own, whatever the policy's conditions. */
const CONTEXT = { ...FROM_FUNCTION, ...OWN, ...OF_INSTANCE("complete-orders") };

test("all that the roles' own policies allow is within it", () => {
  const requests = [...stacks]
    .filter(([id]) => id.startsWith("complete-"))
    .flatMap(([, stack]) => Object.values(stack.all("aws_iam_role_policy")))
    .flatMap(({ policy }) =>
      resolved(
        REFERENCES.reduce((text, [reference, value]) => text.replaceAll(reference, value), String(policy)),
      ),
    )
    .filter(({ Effect }) => Effect === "Allow")
    .flatMap(({ Action, Resource = [], Condition }) =>
      [Action].flat().flatMap((action) =>
        [Resource].flat().map(
          (resource): IamRequest => ({
            action,
            resource,
            context: { ...CONTEXT, ...Condition?.StringEquals },
          }),
        ),
      ),
    );
  expect(requests.length).toBeGreaterThan(50);
  expect(requests.filter(({ resource }) => resource.includes("${"))).toEqual([]);
  expect(requests.filter((request) => !isAllowed(bounds, request))).toEqual([]);
});

type Case = [what: string, action: string, resource: string, context: IamRequest["context"]];

test.each<Case>([
  ["read a secret unless from a function", "secretsmanager:GetSecretValue", SECRET, OWN],
  [
    "read a secret from a function of another environment",
    "secretsmanager:GetSecretValue",
    SECRET,
    { ...OWN, "lambda:SourceFunctionArn": arn("lambda", "function:live-orders-rotation") },
  ],
  [
    "read another environment's secret",
    "secretsmanager:GetSecretValue",
    arn("secretsmanager", "secret:live/orders/app-AbCdEf"),
    { ...FROM_FUNCTION, "aws:ResourceTag/environment": "live" },
  ],
  ["read a secret of nobody's", "secretsmanager:GetSecretValue", ADOPTED, FROM_FUNCTION],
  [
    "read the master user's secret of another environment",
    "secretsmanager:GetSecretValue",
    MASTER,
    { ...FROM_FUNCTION, ...OF_INSTANCE("live-orders") },
  ],
  [
    "change the master user's secret",
    "secretsmanager:PutSecretValue",
    MASTER,
    { ...FROM_FUNCTION, ...OF_INSTANCE("complete-orders") },
  ],
  ["delete a secret", "secretsmanager:DeleteSecret", SECRET, CONTEXT],
  ["decrypt by itself", "kms:Decrypt", arn("kms", "key/1234"), CONTEXT],
  ["make a role", "iam:CreateRole", `arn:aws:iam::${ACCOUNT_ID}:role/complete-orders-rotation`, CONTEXT],
  ["be another role", "sts:AssumeRole", `arn:aws:iam::${ACCOUNT_ID}:role/ci/deploy-complete`, CONTEXT],
  [
    "write another log",
    "logs:PutLogEvents",
    arn("logs", "log-group:/aws/lambda/live-orders-rotation:log-stream:1"),
    CONTEXT,
  ],
  [
    "change a function",
    "lambda:UpdateFunctionCode",
    arn("lambda", "function:complete-orders-rotation"),
    CONTEXT,
  ],
])("no role can %s", (_, action, resource, context = {}) => {
  expect(isAllowed(bounds, { action, resource, context })).toBe(false);
});

test("a function rotates an adopted secret that has the environment's tag", () => {
  const request = { action: "secretsmanager:GetSecretValue", resource: ADOPTED };
  expect(isAllowed(bounds, { ...request, context: { ...FROM_FUNCTION, ...OWN } })).toBe(true);
});
