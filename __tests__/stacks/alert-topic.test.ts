import { ACCOUNT, arn, ownNetwork, ref, synthesize } from "../support/synth";

const TOPIC = arn("sns", "test-rotation-alerts");
const addresses = ["first@example.com", "second@example.com"];
const stack = monitoringStack({ alerts: { type: "email", addresses } });

function monitoringStack(monitoring: NonNullable<ReturnType<typeof ownNetwork>["monitoring"]>) {
  return synthesize({ test: { ...ownNetwork(), monitoring } }).stack("test-monitoring");
}

test("the topic has the name by which the databases' stacks know it, and a key of its own", () => {
  expect(stack.resource("aws_sns_topic.alerts")).toEqual({
    kms_master_key_id: ref("aws_kms_key.alerts_key.arn"),
    name: "test-rotation-alerts",
  });
});

test("the environment's alarms and rules publish, and nobody else", () => {
  expect(stack.policy("aws_sns_topic_policy.alerts_policy")).toEqual([
    {
      Sid: "PublishAlarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: "sns:Publish",
      Resource: TOPIC,
      Condition: {
        StringEquals: { "aws:SourceAccount": ACCOUNT },
        ArnLike: { "aws:SourceArn": arn("cloudwatch", "alarm:test-*-rotation-*") },
      },
    },
    {
      Sid: "PublishEvents",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sns:Publish",
      Resource: TOPIC,
      Condition: { ArnLike: { "aws:SourceArn": arn("events", "rule/test-rotation-*") } },
    },
  ]);
});

test("the key encrypts what they publish to this topic, and nothing else", () => {
  const [administration, ...statements] = stack.policy("aws_kms_key.alerts_key");
  expect(administration?.Sid).toBe("AccountAdministration");
  expect(statements).toEqual([
    {
      Sid: "EncryptAlarms",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      Condition: {
        StringEquals: { "aws:SourceAccount": ACCOUNT, "kms:EncryptionContext:aws:sns:topicArn": TOPIC },
        ArnLike: { "aws:SourceArn": arn("cloudwatch", "alarm:test-*-rotation-*") },
      },
    },
    {
      Sid: "EncryptEvents",
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: "*",
      // With aws:SourceArn or aws:SourceAccount EventBridge's events would be lost without a word.
      Condition: { StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": TOPIC } },
    },
  ]);
});

test("the addresses are subscribed, each by itself", () => {
  expect(stack.resource("aws_sns_topic_subscription.alerts_email")).toEqual({
    endpoint: ref("each.value"),
    for_each: ref('toset(["first@example.com", "second@example.com"])'),
    protocol: "email",
    topic_arn: ref("aws_sns_topic.alerts.arn"),
  });
});

test("where nothing is said there is a topic that nobody has subscribed to", () => {
  const { addresses } = synthesize({ test: ownNetwork() }).stack("test-monitoring");
  expect(addresses.filter((address) => address.startsWith("aws_sns"))).toEqual([
    "aws_sns_topic.alerts",
    "aws_sns_topic_policy.alerts_policy",
  ]);
});

test("where the topic exists none is made, no key, and no policy", () => {
  const arn = "arn:aws:sns:eu-west-1:111122223333:alerts";
  const { addresses } = monitoringStack({ alerts: { type: "topic", arn } });
  expect(addresses.filter((address) => /sns|kms/.test(address))).toEqual([]);
});

test("the policies' patterns are those of the alarms' and rules' names", () => {
  // given
  const synthesis = synthesize({ test: ownNetwork() });
  const alarms = Object.values(synthesis.stack("test-orders").all("aws_cloudwatch_metric_alarm"));
  const rules = Object.values(synthesis.stack("test-monitoring").all("aws_cloudwatch_event_rule"));

  // then
  expect(alarms.map(({ alarm_name }) => alarm_name)).not.toEqual([]);
  for (const { alarm_name } of alarms) expect(alarm_name).toMatch(/^test-.*-rotation-.*$/);
  expect(rules.map(({ name_prefix }) => name_prefix)).toEqual(["test-rotation-"]);
});
