import { declarationsOf } from "../../../stacks/guard-rails/guard-rails";
import { policies } from "../../../stacks/guard-rails/policies";
import type { Statement } from "../../../stacks/guard-rails/statements";
import { statements } from "../../../stacks/guard-rails/statements";
import { WILDCARD_RESOURCES } from "../../../stacks/guard-rails/wildcards";
import { allStacks } from "../../support/all-stacks";
import { ref } from "../../support/synth";
import { problemsWith } from "../../support/violations";

const ROLE_POLICY = "aws_iam_role_policy.rotation_role_secrets";
const SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders-AbCdEf";
const READ: Statement = {
  Sid: "Read",
  Effect: "Allow",
  Action: "secretsmanager:GetSecretValue",
  Resource: SECRET,
};
const ROLE = "arn:aws:iam::111122223333:role/app";
const FEDERATED = {
  Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com",
};

/** What the rules say of a policy with this one statement. */
function problemsOf(statement: Statement, address = ROLE_POLICY): string[] {
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...READ, ...statement }] });
  return problemsWith(policies, "orders", address, { policy });
}

test.each<[statement: Statement, problem: string]>([
  [{ Action: "*" }, 'Action must be an action without wildcard, got "*"'],
  [{ Action: ["kms:Decrypt", "s3:*"] }, 'Action must be an action without wildcard, got "s3:*"'],
  [{ Action: "s3:Get*" }, 'Action must be an action without wildcard, got "s3:Get*"'],
  [{ Action: "s3:GetObject?" }, 'Action must be an action without wildcard, got "s3:GetObject?"'],
  [{ NotAction: "iam:*" }, 'NotAction must be left out: Action says what is allowed, got "iam:*"'],
  [{ NotResource: SECRET }, `NotResource must be left out: Resource says what is allowed, got "${SECRET}"`],
  [
    { NotPrincipal: { AWS: ROLE } },
    `NotPrincipal must be left out: Principal says what is allowed, got {"AWS":"${ROLE}"}`,
  ],
  ...["*", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:*", "arn:*:secretsmanager:::orders"].map(
    (resource): [Statement, string] => [
      { Resource: resource },
      `Resource must be without wildcard, or in stacks/guard-rails/wildcards.ts with its reason, got "${resource}"`,
    ],
  ),
  ...["*" as const, { AWS: "*" }, { AWS: [ROLE, "*"] }].map((Principal): [Statement, string] => [
    { Principal },
    `Principal must be named, or have a condition on who it is, such as aws:PrincipalAccount, got ${JSON.stringify(Principal)}`,
  ]),
  ...[
    { StringEqualsIfExists: { "aws:PrincipalAccount": "111122223333" } },
    { StringNotEquals: { "aws:PrincipalAccount": "111122223333" } },
    { StringLike: { "aws:PrincipalArn": "*" } },
    { Bool: { "aws:SecureTransport": "true" } },
  ].map((Condition): [Statement, string] => [
    { Principal: "*", Condition },
    'Principal must be named, or have a condition on who it is, such as aws:PrincipalAccount, got "*"',
  ]),
  [
    {
      Principal: FEDERATED,
      Condition: { StringEquals: { "token.actions.githubusercontent.com:aud": "sts" } },
    },
    'Condition must be on the :sub of the federated identity too, got {"StringEquals":{"token.actions.githubusercontent.com:aud":"sts"}}',
  ],
])("%j is refused", (statement, problem) => {
  expect(problemsOf(statement)).toEqual([`${ROLE_POLICY} policy.Read.${problem}`]);
});

test.each<[Statement]>([
  [{}],
  [{ Principal: { AWS: ROLE } }],
  [{ Principal: { AWS: "*" }, Condition: { StringEquals: { "aws:PrincipalAccount": "111122223333" } } }],
  [
    {
      Principal: FEDERATED,
      Condition: { StringEquals: { "token.actions.githubusercontent.com:sub": "repo:a/b:ref:c" } },
    },
  ],
  // What is denied may be as broad as it likes.
  [{ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }],
])("%j is right", (statement) => {
  expect(problemsOf(statement)).toEqual([]);
});

test.each([
  "arn:aws:ec2:eu-west-1:111122223333:subnet/*",
  "arn:aws:ec2:*:111122223333:network-interface/*",
  "arn:aws:s3:eu-west-1:111122223333:network-interface/*",
])("a statement that may name some resource with a wildcard may not name %s", (Resource) => {
  expect(problemsOf({ Sid: "CreateNetworkInterfaces", Resource })).toHaveLength(1);
});

test.each(["aws_kms_key.key", "aws_secretsmanager_secret_policy.secret-app_policy"])(
  "in the policy of %s * is that resource, and nothing else with a wildcard is",
  (address) => {
    expect(problemsOf({ Resource: "*" }, address)).toEqual([]);
    expect(problemsOf({ Resource: `${SECRET}*` }, address)).toHaveLength(1);
  },
);

test("a policy is found in whatever attribute it is, with one statement or many", () => {
  // given
  const policy = JSON.stringify({ Statement: { ...READ, Action: "s3:*" } });

  // then
  expect(
    problemsWith(policies, "orders", "aws_iam_role.other", { inline_policy: [{ name: "all", policy }] }),
  ).toEqual([
    'aws_iam_role.other inline_policy.0.policy.Read.Action must be an action without wildcard, got "s3:*"',
  ]);
});

test.each([
  ["aws_iam_role_policy_attachment.all", "policy_arn"],
  ["aws_iam_role.rotation_role", "managed_policy_arns.0"],
])("%s: a policy of AWS's own in %s is refused", (address, attribute) => {
  // given
  const arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
  const [name = "", ...inList] = attribute.split(".");

  // then
  expect(problemsWith(policies, "orders", address, { [name]: inList.length > 0 ? [arn] : arn })).toEqual([
    `${address} ${attribute} must be a policy that is declared, not one of AWS's, got "${arn}"`,
  ]);
});

test.each([ref("jsonencode({})"), ref("data.aws_iam_policy_document.other.json")])(
  "a policy that Terraform puts together, %s, is refused",
  (policy) => {
    expect(problemsWith(policies, "orders", ROLE_POLICY, { policy })).toEqual([
      `${ROLE_POLICY} policy must be JSON, as policyDocument() writes it, so that it can be checked, got "${policy}"`,
    ]);
  },
);

test("every wildcard on the list is in some policy", () => {
  // given
  const used = [...allStacks().values()]
    .flatMap(({ json }) => declarationsOf(json))
    .flatMap((declaration) => [...statements(declaration)].map(([, statement]) => statement))
    .flatMap(({ Sid, Resource = [] }) => [Resource].flat().map((resource) => ({ Sid, resource })));

  // then
  for (const [sid, listed] of Object.entries(WILDCARD_RESOURCES)) {
    for (const { resource } of listed) {
      expect(used.filter((each) => each.Sid === sid && resource.test(each.resource))).not.toEqual([]);
    }
  }
});
