import { type Path, problemsOf, withValue } from "../support/configuration";
import { ownNetwork } from "../support/synth";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts";
const TOPIC_MUST_BE = "must be the ARN of a standard SNS topic, arn:aws:sns:<region>:<account>:<name>";
const ADDRESSES = "must be at most 10 e-mail addresses, each once";
const email = (addresses: unknown) => ({ type: "email", addresses });
const topic = (arn: unknown) => ({ type: "topic", arn });

test.each<[what: string, path: Path, value: unknown, problem: string]>([
  [
    "an unknown setting",
    ["monitoring"],
    { dashboards: true },
    'monitoring must not have "dashboards"; it may have alerts, announceRotations, dashboard, configRules',
  ],
  [
    "an unknown way",
    ["monitoring", "alerts"],
    { type: "sms" },
    'monitoring.alerts.type must be "email" or "topic", got "sms"',
  ],
  [
    "no address",
    ["monitoring", "alerts"],
    email(["operators"]),
    'monitoring.alerts.addresses.0 must be an e-mail address, got "operators"',
  ],
  [
    "an address twice",
    ["monitoring", "alerts"],
    email(["a@example.com", "a@example.com"]),
    `monitoring.alerts.addresses ${ADDRESSES}, got ["a@example.com","a@example.com"]`,
  ],
  [
    "no list of addresses",
    ["monitoring", "alerts"],
    email("a@example.com"),
    `monitoring.alerts.addresses ${ADDRESSES}, got "a@example.com"`,
  ],
  [
    "a window that KMS has not",
    ["monitoring", "alerts"],
    { type: "email", keyDeletionWindowDays: 1 },
    "monitoring.alerts.keyDeletionWindowDays must be a whole number of days from 7 to 30, got 1",
  ],
  [
    "a topic without ARN",
    ["monitoring", "alerts"],
    topic(undefined),
    `monitoring.alerts.arn ${TOPIC_MUST_BE}, got nothing`,
  ],
  [
    "a topic's name",
    ["monitoring", "alerts"],
    topic("alerts"),
    `monitoring.alerts.arn ${TOPIC_MUST_BE}, got "alerts"`,
  ],
  [
    "a FIFO topic",
    ["monitoring", "alerts"],
    topic(`${TOPIC}.fifo`),
    `monitoring.alerts.arn ${TOPIC_MUST_BE}, got "${TOPIC}.fifo"`,
  ],
  [
    "addresses for a topic that exists",
    ["monitoring", "alerts"],
    { ...topic(TOPIC), addresses: [] },
    'monitoring.alerts must not have "addresses"; it may have type, arn',
  ],
  [
    "a topic in another region",
    ["monitoring", "alerts"],
    topic(TOPIC.replace("eu-west-1", "eu-central-1")),
    'monitoring.alerts.arn must be the ARN of a topic in eu-west-1, got "arn:aws:sns:eu-central-1:111122223333:alerts"',
  ],
  [
    "no flag",
    ["monitoring", "announceRotations"],
    "yes",
    'monitoring.announceRotations must be true or false, got "yes"',
  ],
  ["no flag", ["monitoring", "dashboard"], 1, "monitoring.dashboard must be true or false, got 1"],
  ["no flag", ["monitoring", "configRules"], null, "monitoring.configRules must be true or false, got null"],
])("%s is refused: %j %j", (_, path, value, problem) => {
  expect(problemsOf({ test: withValue(path, value) })).toEqual([`environments/test: ${problem}`]);
});

test("a topic of another account than the environment's is refused", () => {
  // given
  const environment = { ...ownNetwork(), accountId: "444455556666", monitoring: { alerts: topic(TOPIC) } };

  // then
  expect(problemsOf({ test: environment })).toEqual([
    `environments/test: monitoring.alerts.arn must be the ARN of a topic of account 444455556666, got "${TOPIC}"`,
  ]);
});

test("more than 10 addresses are refused", () => {
  // given
  const addresses = Array.from({ length: 11 }, (_, index) => `operator-${index}@example.com`);

  // then
  const [problem] = problemsOf({ test: withValue(["monitoring", "alerts"], email(addresses)) });
  expect(problem).toContain(`environments/test: monitoring.alerts.addresses ${ADDRESSES}, got [`);
});

test.each([email(["first.last+rotation@mail.example.co.uk"]), email([]), topic(TOPIC)])(
  "%j is taken",
  (alerts) => {
    expect(problemsOf({ test: withValue(["monitoring", "alerts"], alerts) })).toEqual([]);
  },
);
