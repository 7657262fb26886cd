import { problemsOf, withValue } from "../support/configuration";
import { ownNetwork } from "../support/synth";

const TOPIC = "arn:aws:sns:eu-west-1:111122223333:alerts";
const ADDRESSES = "must be at most 10 e-mail addresses, each once";
const email = (addresses: unknown) => ({ type: "email", addresses });
const topic = (arn: unknown) => ({ type: "topic", arn });

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
