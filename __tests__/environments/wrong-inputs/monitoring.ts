import { wrongInputs } from "../../support/wrong-inputs";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts";
const TOPIC_MUST_BE = "must be the ARN of a standard SNS topic, arn:aws:sns:<region>:<account>:<name>";
const ADDRESSES = "must be at most 10 e-mail addresses, each once";
const email = (addresses: unknown) => ({ type: "email", addresses });
const topic = (arn: unknown) => ({ type: "topic", arn });

export const monitoring = wrongInputs([
  [
    ["monitoring"],
    { dashboards: true },
    'monitoring must not have "dashboards"; it may have alerts, announceRotations, dashboard, configRules',
  ],
  [["monitoring", "alerts"], { type: "sms" }, 'monitoring.alerts.type must be "email" or "topic", got "sms"'],
  [
    ["monitoring", "alerts"],
    email(["operators"]),
    'monitoring.alerts.addresses.0 must be an e-mail address, got "operators"',
  ],
  [
    ["monitoring", "alerts"],
    email(["a@example.com", "a@example.com"]),
    `monitoring.alerts.addresses ${ADDRESSES}, got ["a@example.com","a@example.com"]`,
  ],
  [
    ["monitoring", "alerts"],
    email("a@example.com"),
    `monitoring.alerts.addresses ${ADDRESSES}, got "a@example.com"`,
  ],
  [
    ["monitoring", "alerts"],
    { type: "email", keyDeletionWindowDays: 1 },
    "monitoring.alerts.keyDeletionWindowDays must be a whole number of days from 7 to 30, got 1",
  ],
  [["monitoring", "alerts"], topic(undefined), `monitoring.alerts.arn ${TOPIC_MUST_BE}, got nothing`],
  [["monitoring", "alerts"], topic("alerts"), `monitoring.alerts.arn ${TOPIC_MUST_BE}, got "alerts"`],
  [
    ["monitoring", "alerts"],
    topic(`${TOPIC}.fifo`),
    `monitoring.alerts.arn ${TOPIC_MUST_BE}, got "${TOPIC}.fifo"`,
  ],
  [
    ["monitoring", "alerts"],
    { ...topic(TOPIC), addresses: [] },
    'monitoring.alerts must not have "addresses"; it may have type, arn',
  ],
  [
    ["monitoring", "alerts"],
    topic(TOPIC.replace("eu-west-1", "eu-central-1")),
    'monitoring.alerts.arn must be the ARN of a topic in eu-west-1, got "arn:aws:sns:eu-central-1:111122223333:alerts"',
  ],
  [
    ["monitoring", "announceRotations"],
    "yes",
    'monitoring.announceRotations must be true or false, got "yes"',
  ],
  [["monitoring", "dashboard"], 1, "monitoring.dashboard must be true or false, got 1"],
  [["monitoring", "configRules"], null, "monitoring.configRules must be true or false, got null"],
]);
