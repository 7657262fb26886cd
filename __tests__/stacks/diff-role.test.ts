import { actionsOn, BOOTSTRAP_READ_ACTIONS } from "../../stacks/permissions/bootstrap-reads";
import { READ_ACTIONS, scopedReads } from "../../stacks/permissions/read-actions";
import { allStacks } from "../support/all-stacks";
import { completeBootstrap } from "../support/fixture-environment";
import { NAMES, unmatchedNames } from "../support/resource-names";
import { ACCOUNT, ownNetwork, PARTITION, ref, synthesize } from "../support/synth";

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

test("every type of the bootstrap's own stack is read, and no other", () => {
  const { resource = {}, data = {} } = bootstrap.json;
  const types = [...Object.keys(resource), ...Object.keys(data).map((type) => `data.${type}`)];
  expect(Object.keys(BOOTSTRAP_READ_ACTIONS).sort()).toEqual(types.sort());
});

test("of the bootstrap its bucket's settings, its key's and CI's identities are read", () => {
  const iam = (name: string) => `arn:${PARTITION}:iam::${ACCOUNT}:${name}`;
  const statements = bootstrap.policy("aws_iam_policy.diff-role_read-account").slice(4, 7);
  expect(statements.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
    ["ReadStateBucket", ref("aws_s3_bucket.state.arn")],
    ["ReadStateKey", ref("aws_kms_key.state_key.arn")],
    [
      "ReadIdentities",
      [iam("role/ci/*"), iam("policy/ci/*"), iam("oidc-provider/token.actions.githubusercontent.com")],
    ],
  ]);
});

test("nothing is done but read", () => {
  const actions = [
    ...Object.values(READ_ACTIONS).flatMap((reads) => reads.flatMap((read) => read.actions)),
    ...(["bucket", "key", "identities"] as const).flatMap(actionsOn).map((action) => action.split(":")[1]),
  ];
  expect(actions.filter((action) => !/^(Describe|Get|List)/.test(String(action)))).toEqual([]);
});

test.each(Object.keys(NAMES).filter((type) => type !== "aws_kms_alias"))(
  "%s: the names in the stacks are those that are read",
  (type) => {
    const { named, unmatched } = unmatchedNames(ofEnvironments, type, READ_ACTIONS[type] ?? []);
    expect(named).not.toEqual([]);
    expect(unmatched).toEqual([]);
  },
);

test("a statement's name says one thing", () => {
  const sids = scopedReads().map(({ sid }) => sid);
  expect(sids).toEqual([...new Set(sids)]);
});
