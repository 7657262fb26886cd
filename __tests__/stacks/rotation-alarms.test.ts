import { Metrics } from "../../lambda/rotation/metrics";
import { complete } from "../support/fixture-environment";
import { declaredMetrics, linesOf } from "../support/function-lines";
import { arn, existingNetwork, ordersStack, ref, synthesize } from "../support/synth";

const orders = ordersStack();
const ALARM = "aws_cloudwatch_metric_alarm";
const common = {
  actions_enabled: undefined,
  alarm_actions: [arn("sns", "test-rotation-alerts")],
  alarm_description: expect.any(String),
  comparison_operator: "GreaterThanThreshold",
  dimensions: { FunctionName: ref("aws_lambda_function.rotation.function_name") },
  evaluation_periods: 1,
  period: 300,
  treat_missing_data: "notBreaching",
};

test.each([
  ["errors", { namespace: "AWS/Lambda", metric_name: "Errors", statistic: "Sum", threshold: 0 }],
  ["throttles", { namespace: "AWS/Lambda", metric_name: "Throttles", statistic: "Sum", threshold: 0 }],
  ["duration", { namespace: "AWS/Lambda", metric_name: "Duration", statistic: "Maximum", threshold: 96_000 }],
  ["repairs", { namespace: "SecretRotation", metric_name: "Repairs", statistic: "Sum", threshold: 0 }],
])("there is an alarm on the function's %s", (what, alarm) => {
  expect(orders.resource(`${ALARM}.alarm_${what}`)).toEqual({
    ...common,
    ...alarm,
    alarm_name: `test-orders-rotation-${what}`,
  });
});

test("there is no other alarm", () => {
  expect(Object.keys(orders.all(ALARM))).toHaveLength(4);
});

test("a step is too slow from four fifths of the function's timeout on", () => {
  const { timeout } = orders.resource("aws_lambda_function.rotation");
  expect(orders.resource(`${ALARM}.alarm_duration`).threshold).toBe(Number(timeout) * 1000 * 0.8);
});

test("repairs are alarmed of by a metric and a dimension that the function writes", async () => {
  // given
  const metrics = new Metrics("test/orders/app", "test-orders-rotation");

  // when
  const [repair] = declaredMetrics(await linesOf(() => metrics.repair("admin")));

  // then
  const { namespace, metric_name, dimensions } = orders.resource(`${ALARM}.alarm_repairs`);
  expect([namespace, metric_name]).toEqual([repair?.Namespace, repair?.Metrics[0]?.Name]);
  expect(repair?.Dimensions).toContainEqual(Object.keys(dimensions as object));
});

test("what an alarm says is short enough for CloudWatch, and tells what to do", () => {
  const descriptions = Object.values(orders.all(ALARM)).map((alarm) => String(alarm.alarm_description));
  expect(descriptions.filter((text) => text.length > 1024 || !/log|Find out/.test(text))).toEqual([]);
});

test("a database that was adopted has the same alarms", () => {
  // given
  const { ledger } = complete.databases;
  if (ledger === undefined) throw new Error("no such database");

  // when
  const adopted = synthesize({ test: { ...existingNetwork(), databases: { orders: ledger } } });

  // then
  expect(adopted.stack("test-orders").all(ALARM)).toEqual(orders.all(ALARM));
});

test("alarms tell a topic that exists, where the environment has one", () => {
  // given
  const topic = "arn:aws:sns:eu-west-1:111122223333:alerts";
  const monitoring = { alerts: { type: "topic" as const, arn: topic } };

  // when
  const stack = synthesize({ test: { ...existingNetwork(), monitoring } }).stack("test-orders");

  // then
  expect(Object.values(stack.all(ALARM)).map((alarm) => alarm.alarm_actions)).toEqual(Array(4).fill([topic]));
});
