import { matches, type Pattern, sentenceOf } from "../support/event-pattern";
import { complete } from "../support/fixture-environment";
import { complianceEvent, labelEvent, rotationEvent } from "../support/secret-events";
import {
  ACCOUNT,
  arn,
  ownNetwork,
  PARTITION,
  ref,
  type SynthesizedStack,
  synthesize,
} from "../support/synth";

const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-AbCdEf`;
const MADE = secret("complete/orders/app");
const ADOPTED = secret("ledger/app");
const RULE = "aws_cloudwatch_event_rule";
const TARGET = "aws_cloudwatch_event_target";

const all = synthesize({ complete });
const monitoring = all.stack("complete-monitoring");
const ledger = all.stack("complete-ledger");

/** As it is where Terraform knows account and partition. */
function patternOf(stack: SynthesizedStack, id: string): Pattern {
  const text = String(stack.resource(`${RULE}.${id}`).event_pattern);
  return JSON.parse(text.replaceAll(PARTITION, "aws").replaceAll(ACCOUNT, "111122223333"));
}

function told(stack: SynthesizedStack, id: string, event: unknown): string {
  return sentenceOf(stack.resource(`${TARGET}.${id}`).input_transformer, event);
}

describe("secrets that are made here", () => {
  const failures = patternOf(monitoring, "secrets_failures_rule");
  const changes = patternOf(monitoring, "secrets_changes_rule");

  test("have a rule for all, by what their names begin with", () => {
    expect(monitoring.resource(`${RULE}.secrets_failures_rule`)).toEqual({
      description: "A rotation that failed or was abandoned",
      event_pattern: JSON.stringify({
        source: ["aws.secretsmanager"],
        "detail-type": ["AWS Service Event via CloudTrail"],
        detail: {
          eventName: ["RotationFailed", "RotationAbandoned", "TestRotationFailed"],
          additionalEventData: { SecretId: [{ prefix: arn("secretsmanager", "secret:complete/") }] },
        },
      }),
      name_prefix: "complete-rotation-",
    });
    expect(JSON.parse(String(monitoring.resource(`${RULE}.secrets_changes_rule`).event_pattern))).toEqual({
      source: ["aws.secretsmanager"],
      "detail-type": ["Secret Label Updated"],
      resources: [{ prefix: arn("secretsmanager", "secret:complete/") }],
      detail: { labelUpdated: ["AWSCURRENT"] },
    });
  });

  test.each(["RotationFailed", "RotationAbandoned", "TestRotationFailed"])("%s is told of", (event) => {
    expect(matches(failures, rotationEvent(event, MADE))).toBe(true);
  });

  test.each(["RotationStarted", "RotationSucceeded", "EndSecretVersionDelete"])("%s is not", (event) => {
    expect(matches(failures, rotationEvent(event, MADE))).toBe(false);
  });

  test.each(["other/orders/app", "ledger/app", "completely/other"])("%s is another's secret", (name) => {
    expect(matches(failures, rotationEvent("RotationFailed", secret(name)))).toBe(false);
    expect(matches(changes, labelEvent("AWSCURRENT", secret(name)))).toBe(false);
  });

  test("a new value is told of, a label of somebody's own is not", () => {
    expect(matches(changes, labelEvent("AWSCURRENT", MADE))).toBe(true);
    expect(matches(changes, labelEvent("BLUE", MADE))).toBe(false);
    expect(matches(changes, rotationEvent("RotationSucceeded", MADE))).toBe(false);
  });
});

describe("secrets that were adopted", () => {
  test("have rules each, by their ARN", () => {
    expect(Object.keys(ledger.all(RULE)).sort()).toEqual([
      "events-app_changes_rule",
      "events-app_failures_rule",
      "events-report_changes_rule",
      "events-report_failures_rule",
    ]);
    const failures = patternOf(ledger, "events-app_failures_rule");
    expect(matches(failures, rotationEvent("RotationFailed", ADOPTED))).toBe(true);
    expect(matches(failures, rotationEvent("RotationFailed", secret("ledger/report")))).toBe(false);
    const changes = patternOf(ledger, "events-app_changes_rule");
    expect(matches(changes, labelEvent("AWSCURRENT", ADOPTED))).toBe(true);
  });

  test("have none where the environment's are for them already: nothing is told twice", () => {
    // given: secrets with the environment's prefix
    const { ledger } = complete.databases;
    const named = JSON.parse(JSON.stringify({ ledger }).replaceAll("secret:ledger/", "secret:test/ledger/"));

    // when
    const both = synthesize({ test: { ...ownNetwork(), databases: named } });

    // then
    expect(both.stack("test-ledger").all(RULE)).toEqual({});
    const [failures] = Object.keys(both.stack("test-monitoring").all(RULE));
    const pattern = patternOf(both.stack("test-monitoring"), failures ?? "");
    expect(matches(pattern, rotationEvent("RotationFailed", secret("test/ledger/app")))).toBe(true);
  });

  test("tell the environment's topic", () => {
    expect(new Set(Object.values(ledger.all(TARGET)).map((target) => target.arn))).toEqual(
      new Set([arn("sns", "complete-rotation-alerts")]),
    );
  });
});

test("a failure is told as a sentence, to the topic", () => {
  const { input_transformer, ...target } = monitoring.resource(`${TARGET}.secrets_failures_target`);
  expect(target).toEqual({
    arn: arn("sns", "complete-rotation-alerts"),
    rule: ref("aws_cloudwatch_event_rule.secrets_failures_rule.name"),
    target_id: "alerts",
  });
  expect(sentenceOf(input_transformer, rotationEvent("RotationFailed", MADE))).toBe(
    `RotationFailed of ${MADE} at 2026-11-01T02:00:09Z: the credentials in use were not replaced. See the log of its ` +
      "rotation function, and docs/monitoring.md for what to do.",
  );
});

test("a new value is told by its name and version, never by itself", () => {
  expect(told(monitoring, "secrets_changes_target", labelEvent("AWSCURRENT", MADE))).toBe(
    "complete/orders/app has a new value since 2026-11-01T02:00:09Z, version a1b2c3d4-5678-90ab-cdef-EXAMPLE11111.",
  );
});

test("only failures are told of where nothing is said", () => {
  const { addresses } = synthesize({ test: ownNetwork() }).stack("test-monitoring");
  expect(addresses.filter((address) => address.startsWith(RULE))).toEqual([`${RULE}.secrets_failures_rule`]);
});

test("patterns are as short as EventBridge asks for, whatever an account's number", () => {
  const patterns = [monitoring, ledger].flatMap((stack) => Object.values(stack.all(RULE)));
  expect(patterns.filter(({ event_pattern }) => String(event_pattern).length > 2048)).toEqual([]);
});

describe("AWS Config", () => {
  test("watches the environment's secrets where it is asked to", () => {
    const rule = (id: string, source_identifier: string) => ({
      name: `complete-${id}`,
      scope: { tag_key: "environment", tag_value: "complete" },
      source: { owner: "AWS", source_identifier },
    });
    expect(monitoring.all("aws_config_config_rule")).toEqual({
      "rotation-enabled": rule("rotation-enabled", "SECRETSMANAGER_ROTATION_ENABLED_CHECK"),
      "rotation-on-time": rule("rotation-on-time", "SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK"),
    });
  });

  test("has a rule's breach told as a sentence, and its end not", () => {
    // given
    const pattern = patternOf(monitoring, "non-compliance_rule");
    const breach = complianceEvent("complete-rotation-on-time", "NON_COMPLIANT", MADE);

    // then
    expect(matches(pattern, breach)).toBe(true);
    expect(matches(pattern, complianceEvent("complete-rotation-on-time", "COMPLIANT", MADE))).toBe(false);
    expect(matches(pattern, complianceEvent("another-rule", "NON_COMPLIANT", MADE))).toBe(false);
    expect(told(monitoring, "non-compliance_target", breach)).toBe(
      `${MADE} breaks complete-rotation-on-time since 2026-11-01T02:00:09Z: see docs/monitoring.md for what to do.`,
    );
  });

  test("is left alone otherwise: without a recorder its rules could not be made", () => {
    const { addresses } = synthesize({ test: ownNetwork() }).stack("test-monitoring");
    expect(addresses.filter((address) => address.includes("config"))).toEqual([]);
  });
});
