import { ACCOUNT, arn, ordersStack, PARTITION, ref } from "../support/synth";

const orders = ordersStack({ keyDeletionWindowDays: 14 });
const account = { AWS: `arn:${PARTITION}:iam::${ACCOUNT}:root` };

test("the key rotates and can be restored for the configured days", () => {
  expect(orders.resource("aws_kms_key.key")).toEqual({
    deletion_window_in_days: 14,
    description: "Storage, secrets and logs of test-orders",
    enable_key_rotation: true,
    policy: expect.any(String),
  });
  expect(orders.resource("aws_kms_alias.key_alias")).toEqual({
    name: "alias/test-orders",
    target_key_id: ref("aws_kms_key.key.key_id"),
  });
});

test("the key's policy is this and nothing else", () => {
  const useForData = [
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
  ];
  expect(orders.policy("aws_kms_key.key")).toEqual([
    {
      Sid: "AccountAdministration",
      Effect: "Allow",
      Principal: account,
      Action: [
        "kms:CancelKeyDeletion",
        "kms:CreateAlias",
        "kms:DeleteAlias",
        "kms:DescribeKey",
        "kms:DisableKey",
        "kms:DisableKeyRotation",
        "kms:EnableKey",
        "kms:EnableKeyRotation",
        "kms:GetKeyPolicy",
        "kms:GetKeyRotationStatus",
        "kms:ListGrants",
        "kms:ListKeyPolicies",
        "kms:ListKeyRotations",
        "kms:ListResourceTags",
        "kms:PutKeyPolicy",
        "kms:RevokeGrant",
        "kms:RotateKeyOnDemand",
        "kms:ScheduleKeyDeletion",
        "kms:TagResource",
        "kms:UntagResource",
        "kms:UpdateAlias",
        "kms:UpdateKeyDescription",
      ],
      Resource: "*",
    },
    {
      Sid: "UseThroughRds",
      Effect: "Allow",
      Principal: account,
      Action: useForData,
      Resource: "*",
      Condition: {
        StringEquals: { "kms:CallerAccount": ACCOUNT, "kms:ViaService": ["rds.eu-west-1.amazonaws.com"] },
      },
    },
    {
      Sid: "UseThroughSecretsManager",
      Effect: "Allow",
      Principal: account,
      Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: {
        StringEquals: {
          "kms:CallerAccount": ACCOUNT,
          "kms:ViaService": ["secretsmanager.eu-west-1.amazonaws.com"],
        },
      },
    },
    {
      Sid: "GrantsForAwsServices",
      Effect: "Allow",
      Principal: account,
      Action: "kms:CreateGrant",
      Resource: "*",
      Condition: {
        Bool: { "kms:GrantIsForAWSResource": "true" },
        StringEquals: {
          "kms:CallerAccount": ACCOUNT,
          "kms:ViaService": ["rds.eu-west-1.amazonaws.com", "secretsmanager.eu-west-1.amazonaws.com"],
        },
      },
    },
    {
      Sid: "EncryptLogs",
      Effect: "Allow",
      Principal: { Service: "logs.eu-west-1.amazonaws.com" },
      Action: useForData,
      Resource: "*",
      Condition: {
        ArnEquals: {
          "kms:EncryptionContext:aws:logs:arn": [
            arn("logs", "log-group:/aws/lambda/test-orders-rotation"),
            arn("logs", "log-group:/aws/rds/instance/test-orders/postgresql"),
            arn("logs", "log-group:/aws/rds/instance/test-orders/upgrade"),
          ],
        },
      },
    },
  ]);
});

test("the policy names exactly the log groups that are encrypted with the key", () => {
  // given
  const [logs] = orders.policy("aws_kms_key.key").filter(({ Sid }) => Sid === "EncryptLogs");

  // when
  const names = Object.values(orders.all("aws_cloudwatch_log_group")).map(({ name }) =>
    arn("logs", `log-group:${name}`),
  );

  // then
  expect([...names].sort()).toEqual(logs?.Condition?.ArnEquals?.["kms:EncryptionContext:aws:logs:arn"]);
});

test("every log group is encrypted and expires", () => {
  const stack = ordersStack({ logRetentionDays: 365 });
  const groups = Object.values(stack.all("aws_cloudwatch_log_group"));
  expect(groups).toHaveLength(3);
  for (const group of groups) {
    expect(group).toEqual({
      kms_key_id: ref("aws_kms_key.key.arn"),
      name: group.name,
      retention_in_days: 365,
    });
  }
});
