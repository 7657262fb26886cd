import { READ_ACTIONS, scopedReads } from "../../stacks/constructs/read-actions";
import { allStacks } from "../support/all-stacks";
import { completeBootstrap } from "../support/fixture-environment";
import { ownNetwork, ref, synthesize } from "../support/synth";

const stacks = allStacks();
const bootstrap = stacks.get("bootstrap");
if (bootstrap === undefined) throw new Error("no bootstrap");
const ofEnvironments = [...stacks].filter(([id]) => id !== "bootstrap");
const ISSUER = "token.actions.githubusercontent.com";

test("pull requests and the branch's own runs of this repository get the role, and nothing else does", () => {
  expect(bootstrap.policy("aws_iam_role.diff-role", "assume_role_policy")).toEqual([
    {
      Sid: "Github",
      Effect: "Allow",
      Principal: { Federated: ref("aws_iam_openid_connect_provider.github.arn") },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${ISSUER}:aud`]: "sts.amazonaws.com",
          [`${ISSUER}:sub`]: [
            "repo:example/databases:pull_request",
            "repo:example/databases:ref:refs/heads/trunk",
          ],
        },
      },
    },
  ]);
});

test("an account's own provider is used where there is one", () => {
  const oidcProviderArn = `arn:aws:iam::111122223333:oidc-provider/${ISSUER}`;
  const github = { repository: "example/databases", oidcProviderArn };
  const stack = synthesize({ test: ownNetwork() }, { ...completeBootstrap, github }).stack("bootstrap");
  expect(stack.all("aws_iam_openid_connect_provider")).toEqual({});
  expect(stack.policy("aws_iam_role.diff-role", "assume_role_policy")[0]?.Principal).toEqual({
    Federated: oidcProviderArn,
  });
});

test("no secret's value can be read, whatever else is allowed", () => {
  expect(bootstrap.policy("aws_iam_policy.diff-role_read-account").slice(-2)).toEqual([
    {
      Sid: "DenySecretValues",
      Effect: "Deny",
      Action: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
      Resource: "*",
    },
    {
      Sid: "DenySecretDecryption",
      Effect: "Deny",
      Action: "kms:Decrypt",
      Resource: "*",
      Condition: { StringLike: { "kms:ViaService": "secretsmanager.*.amazonaws.com" } },
    },
  ]);
});

test("states are read and not written, nor is their lock", () => {
  const bucket = ref("aws_s3_bucket.state.arn");
  expect(bootstrap.policy("aws_iam_policy.diff-role_read-account").slice(1, 4)).toEqual([
    { Sid: "FindStates", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket },
    {
      Sid: "ReadStates",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${bucket}/rds-secret-rotation/*`,
    },
    {
      Sid: "DecryptStates",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: ref("aws_kms_key.state_key.arn"),
      Condition: { StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
    },
  ]);
});

/** Read from the states, which the role may. */
const STATES = "data.terraform_remote_state";

test("every type that an environment's stacks have is read, and no other", () => {
  const types = ofEnvironments.flatMap(([, { json }]) => [
    ...Object.keys(json.resource ?? {}),
    ...Object.keys(json.data ?? {}).map((type) => `data.${type}`),
  ]);
  expect(Object.keys(READ_ACTIONS).sort()).toEqual(
    [...new Set(types)].filter((type) => type !== STATES).sort(),
  );
});

test("nothing is done but read", () => {
  const actions = Object.values(READ_ACTIONS).flatMap((reads) => reads.flatMap((read) => read.actions));
  expect(actions.filter((action) => !/^(Describe|Get|List)/.test(action))).toEqual([]);
});

/** What a type's resources are called, and what stands before it in their ARNs. */
const NAMES: Readonly<Record<string, readonly [attribute: string, prefix: string]>> = {
  aws_cloudwatch_dashboard: ["dashboard_name", "dashboard/"],
  aws_cloudwatch_event_rule: ["name_prefix", "rule/"],
  aws_cloudwatch_log_group: ["name", "log-group:"],
  aws_cloudwatch_metric_alarm: ["alarm_name", "alarm:"],
  aws_db_instance: ["identifier", "db:"],
  aws_db_parameter_group: ["name", "pg:"],
  aws_db_subnet_group: ["name", "subgrp:"],
  aws_iam_role: ["name", "role/"],
  aws_lambda_function: ["function_name", "function:"],
  aws_secretsmanager_secret: ["name", "secret:"],
  aws_sns_topic: ["name", ""],
};

test.each(Object.entries(NAMES))(
  "%s: the names in the stacks are those that are read",
  (type, [attribute, prefix]) => {
    const patterns = (environment: string) =>
      (READ_ACTIONS[type] ?? []).flatMap(({ resource }) => {
        const escaped = resource
          ?.replace("<env>", environment)
          .replaceAll(/[/.$]/g, "\\$&")
          .replaceAll("*", ".*");
        return escaped === undefined || /:\.\*$/.test(escaped) ? [] : [new RegExp(`^${escaped}$`)];
      });
    const named = ofEnvironments.flatMap(([id, stack]) =>
      Object.values(stack.all(type)).map(
        (each) => [id.split("-")[0] ?? "", `${prefix}${each[attribute]}`] as const,
      ),
    );
    expect(named).not.toEqual([]);
    expect(
      named.filter(([environment, name]) => !patterns(environment).some((each) => each.test(name))),
    ).toEqual([]);
  },
);

test("a statement's name says one thing", () => {
  const sids = scopedReads().map(({ sid }) => sid);
  expect(sids).toEqual([...new Set(sids)]);
});

test("no policy is longer than IAM takes, with names as long as they get", () => {
  const longest = synthesize(
    { abcdefghijkl: ownNetwork() },
    { ...completeBootstrap, github: { repository: "a/b" } },
  );
  for (const [id] of Object.entries(longest.stack("bootstrap").all("aws_iam_policy"))) {
    const policy = String(longest.stack("bootstrap").resource(`aws_iam_policy.${id}`).policy);
    const written = policy
      .replaceAll(/\$\{data\.aws_partition[^}]*\}/g, "aws-us-gov")
      .replaceAll(/\$\{data\.aws_caller_identity[^}]*\}/g, "111122223333")
      .replaceAll("eu-west-1", "ap-southeast-1")
      .replaceAll(/\$\{aws_kms_key[^}]*\}/g, "k".repeat(90))
      .replaceAll(/\$\{aws_s3_bucket[^}]*\}/g, "b".repeat(80));
    expect(written).not.toContain("${");
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(written.length).toBeLessThanOrEqual(6144);
  }
});
