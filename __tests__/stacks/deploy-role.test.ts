import { MOST_ENVIRONMENTS } from "../../environments/bootstrap-schema";
import { scopedWrites, WRITE_ACTIONS } from "../../stacks/permissions/write-actions";
import { allStacks } from "../support/all-stacks";
import { completeBootstrap } from "../support/fixture-environment";
import { ACCOUNT_ID, policiesOf } from "../support/iam";
import { NAMES, unmatchedNames } from "../support/resource-names";
import { ownNetwork, ref, type SynthesizedStack, synthesize } from "../support/synth";

const stacks = allStacks();
const bootstrap = stacks.get("bootstrap");
if (bootstrap === undefined) throw new Error("no bootstrap");
const ofEnvironments = [...stacks].filter(([id]) => id !== "bootstrap");
const ISSUER = "token.actions.githubusercontent.com";
const ROLE = "aws_iam_role.deploy-role-complete";

test("runs for the environment of that name get the role, which its reviewers let in, and nothing else does", () => {
  expect(bootstrap.policy(ROLE, "assume_role_policy")).toEqual([
    {
      Sid: "Github",
      Effect: "Allow",
      Principal: { Federated: ref("aws_iam_openid_connect_provider.github.arn") },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${ISSUER}:aud`]: "sts.amazonaws.com",
          [`${ISSUER}:sub`]: ["repo:example/databases:environment:complete"],
        },
      },
    },
  ]);
  expect(bootstrap.resource(ROLE)).toMatchObject({
    name: "deploy-complete",
    path: "/ci/",
    max_session_duration: 7200,
  });
});

test("its ARN, the diff role's, bucket and key are outputs", () => {
  expect(Object.keys(bootstrap.json.output ?? {})).toEqual([
    "bucket",
    "deploy-role-complete-arn",
    "diff-role-arn",
    "key-arn",
  ]);
});

test("it reads what the diff role reads of the environment, by the same policy", () => {
  const read = "aws_iam_policy.diff-role_read-complete";
  expect(policiesOf(bootstrap, ROLE)).toContain(read);
  expect(policiesOf(bootstrap, "aws_iam_role.diff-role")).toContain(read);
});

const TYPES = Object.assign({}, ...Object.values(WRITE_ACTIONS)) as (typeof WRITE_ACTIONS)[string];

test("every type that an environment's stacks have is written, once, and no other", () => {
  const types = ofEnvironments.flatMap(([, { json }]) => Object.keys(json.resource ?? {}));
  const written = Object.values(WRITE_ACTIONS).flatMap((writes) => Object.keys(writes));
  expect(written.sort()).toEqual([...new Set(types)].sort());
});

test.each(Object.keys(NAMES))("%s: the names in the stacks are those that are written", (type) => {
  const { named, unmatched } = unmatchedNames(ofEnvironments, type, TYPES[type] ?? []);
  expect(named).not.toEqual([]);
  expect(unmatched).toEqual([]);
});

/** All that it may write, by service: one more is one to think about. */
const ACTIONS: Readonly<Record<string, string>> = {
  cloudwatch: `
    DeleteAlarms DeleteDashboards PutDashboard PutMetricAlarm TagResource UntagResource`,
  config: `
    DeleteConfigRule PutConfigRule TagResource UntagResource`,
  ec2: `
    AssociateRouteTable AssociateSubnetCidrBlock AssociateVpcCidrBlock AuthorizeSecurityGroupEgress
    AuthorizeSecurityGroupIngress CreateFlowLogs CreateRouteTable CreateSecurityGroup CreateSubnet
    CreateTags CreateVpc CreateVpcEndpoint DeleteFlowLogs DeleteRouteTable DeleteSecurityGroup
    DeleteSubnet DeleteTags DeleteVpc DeleteVpcEndpoints DisassociateRouteTable
    DisassociateSubnetCidrBlock DisassociateVpcCidrBlock GetSecurityGroupsForVpc
    ModifySecurityGroupRules ModifySubnetAttribute ModifyVpcAttribute ModifyVpcEndpoint
    ReplaceRouteTableAssociation RevokeSecurityGroupEgress RevokeSecurityGroupIngress`,
  events: `
    DeleteRule PutRule PutTargets RemoveTargets TagResource UntagResource`,
  iam: `
    CreateRole CreateServiceLinkedRole DeleteRole DeleteRolePolicy ListInstanceProfilesForRole
    PassRole PutRolePermissionsBoundary PutRolePolicy TagRole UntagRole UpdateAssumeRolePolicy
    UpdateRole UpdateRoleDescription`,
  kms: `
    CreateAlias CreateGrant CreateKey Decrypt DeleteAlias EnableKeyRotation GenerateDataKey
    PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateAlias UpdateKeyDescription`,
  lambda: `
    AddPermission CreateFunction DeleteFunction GetFunctionConfiguration InvokeFunction
    RemovePermission TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration`,
  logs: `
    AssociateKmsKey CreateLogGroup DeleteLogGroup DeleteQueryDefinition PutQueryDefinition
    PutRetentionPolicy TagResource UntagResource`,
  rds: `
    AddTagsToResource CreateDBInstance CreateDBParameterGroup CreateDBSnapshot CreateDBSubnetGroup
    DeleteDBInstance DeleteDBParameterGroup DeleteDBSubnetGroup ModifyDBInstance
    ModifyDBParameterGroup ModifyDBSubnetGroup RemoveTagsFromResource ResetDBParameterGroup`,
  route53: `
    AssociateVPCWithHostedZone`,
  secretsmanager: `
    CancelRotateSecret CreateSecret DeleteResourcePolicy DeleteSecret PutResourcePolicy
    RemoveRegionsFromReplication ReplicateSecretToRegions RotateSecret TagResource UntagResource
    UpdateSecret`,
  sns: `
    CreateTopic DeleteTopic SetTopicAttributes Subscribe TagResource Unsubscribe UntagResource`,
};

test("it may write this and nothing else", () => {
  const actions = scopedWrites().flatMap(([, statements]) => statements.flatMap((each) => each.actions));
  const expected = Object.entries(ACTIONS).flatMap(([service, names]) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => `${service}:${name}`),
  );
  expect([...new Set(actions)].sort()).toEqual(expected.sort());
});

test("a statement's name says one thing", () => {
  for (const [, statements] of scopedWrites()) {
    const sids = statements.map(({ sid }) => sid);
    expect(sids).toEqual([...new Set(sids)]);
  }
});

/** Not the environment's by name or tag. */
const OF_NO_ENVIRONMENT: Readonly<Record<string, string>> = {
  "ec2:CreateSecurityGroup": "a VPC may be somebody else's; the group itself has the tag",
  "ec2:GetSecurityGroupsForVpc": "reads",
  "iam:CreateServiceLinkedRole": "RDS's own, once an account",
  "logs:DeleteQueryDefinition": "takes no resource; a saved query only",
  "logs:PutQueryDefinition": "takes no resource; a saved query only",
  "rds:CreateDBInstance": "beside its own, RDS's default option groups",
  "rds:ModifyDBInstance": "beside its own, RDS's default option groups",
  "route53:AssociateVPCWithHostedZone": "the endpoint's private name, in a zone of AWS's",
  "secretsmanager:CreateSecret": "RDS alone makes names with a !",
  "secretsmanager:TagResource": "RDS alone makes names with a !; never with the tag",
};

test("whatever it writes is the environment's by name or tag, or listed here with why not", () => {
  const others = scopedWrites()
    .flatMap(([, statements]) => statements)
    .filter(
      ({ resources, condition = {} }) =>
        !resources.every((resource) => resource.includes("<env>")) &&
        !JSON.stringify(condition).includes('Tag/environment":"<env>"'),
    )
    .flatMap(({ actions }) => actions);
  expect([...new Set(others)].sort()).toEqual(Object.keys(OF_NO_ENVIRONMENT).sort());
});

/** IAM's limits: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST = { characters: 6144, policies: 10, roleName: 64 };

/** As long as it gets, for the longest partition, region and name. */
function written(policy: unknown): string {
  return String(policy)
    .replaceAll(/\$\{data\.aws_partition[^}]*\}/g, "aws-us-gov")
    .replaceAll(/\$\{data\.aws_caller_identity[^}]*\}/g, ACCOUNT_ID)
    .replaceAll("eu-west-1", "ap-southeast-1")
    .replaceAll(/\$\{aws_kms_key[^}]*\}/g, "k".repeat(90))
    .replaceAll(/\$\{aws_s3_bucket[^}]*\}/g, "b".repeat(80));
}

describe("with as many environments as there may be, and names as long as they get", () => {
  const names = Array.from({ length: MOST_ENVIRONMENTS }, (_, index) => `abcdefghijk${index}`);
  const longest: SynthesizedStack = synthesize(
    Object.fromEntries(names.map((name) => [name, ownNetwork()])),
    { ...completeBootstrap, github: { repository: "a/b" } },
  ).stack("bootstrap");

  test("no policy is longer than IAM takes", () => {
    const policies = Object.values(longest.all("aws_iam_policy")).map(({ policy }) => written(policy));
    expect(policies.filter((policy) => policy.includes("${"))).toEqual([]);
    expect(policies.filter((policy) => policy.length > MOST.characters)).toEqual([]);
  });

  test("no role has more policies, or a longer name, than IAM takes", () => {
    const roles = Object.entries(longest.all("aws_iam_role"));
    expect(roles).toHaveLength(1 + MOST_ENVIRONMENTS);
    for (const [id, { name }] of roles) {
      expect(policiesOf(longest, `aws_iam_role.${id}`).length).toBeLessThanOrEqual(MOST.policies);
      expect(String(name).length).toBeLessThanOrEqual(MOST.roleName);
    }
  });
});
