import { environment } from "../../environments/schema";
import { REPAIR_KINDS } from "../../lambda/rotation/contract";
import * as errors from "../../lambda/rotation/errors";
import { LOG_QUERIES } from "../../stacks/constructs/log-queries";
import { problemsOf } from "../support/configuration";
import { readProjectFile } from "../support/documented-commands";
import { documentedEnvironments } from "../support/documented-environment";
import { complete } from "../support/fixture-environment";
import { settingsOf } from "../support/schema-settings";
import { ACCOUNT, ownNetwork, PARTITION, synthesize } from "../support/synth";

const PAGE = "docs/monitoring.md";
const page = readProjectFile(PAGE);
/** What begins the rows of the page's tables. */
const rows = [...page.matchAll(/^\| (.*?) \|/gm)].map(([, first = ""]) => first);

test("its environment is right as it stands there", () => {
  const environments = documentedEnvironments(PAGE);
  expect(environments).toMatchObject({ watched: { monitoring: { alerts: { type: "email" } } } });
  expect(problemsOf(environments)).toEqual([]);
});

test("it has every setting", () => {
  // given
  const alerts = { type: "topic", arn: "arn:aws:sns:eu-west-1:111122223333:alerts" };
  const both = [complete, { ...ownNetwork(), monitoring: { alerts } }];
  const settings = settingsOf(environment, both)
    .map(({ path }) => /^monitoring\.(.+)$/.exec(path)?.[1])
    .filter((path) => path !== undefined && path !== "alerts");

  // then
  expect(settings).toContain("alerts.arn");
  expect(settings.filter((path) => !rows.includes(`\`${path}\``))).toEqual([]);
});

test("it says of every alarm and every event what it means", () => {
  const synthesis = synthesize({ complete });
  const alarms = Object.values(synthesis.stack("complete-stock").all("aws_cloudwatch_metric_alarm"));
  const monitoring = synthesis.stack("complete-monitoring");
  const rules = Object.values(monitoring.all("aws_cloudwatch_event_rule")).map(({ event_pattern }) =>
    JSON.parse(String(event_pattern)),
  );
  const documented = rows.join("\n");
  const expected = [
    ...alarms.map(({ alarm_name }) => `alarm \`${String(alarm_name).replace("complete-stock", "…")}\``),
    ...rules.flatMap(({ detail }) => detail.eventName ?? []).map((event) => `event \`${event}\``),
    ...rules
      .flatMap(({ detail }) => detail.configRuleName ?? [])
      .map((rule) => rule.replace("complete", "…")),
    "event `Secret Label Updated`",
  ];
  expect(expected).toHaveLength(10);
  expect(expected.filter((alert) => !documented.includes(alert))).toEqual([]);
});

test("it says of every kind of repair and of error what to do", () => {
  const classes = Object.keys(errors).filter((name) => name.endsWith("Error") && name !== "RotationError");
  expect(classes.length).toBeGreaterThan(5);
  const documented = rows.join("\n");
  expect([...REPAIR_KINDS, ...classes].filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});

test("it names every saved query", () => {
  expect(
    Object.keys(LOG_QUERIES).filter((name) => !page.replaceAll("\n", " ").includes(`*${name}*`)),
  ).toEqual([]);
});

test("the policy for a topic that exists is that of the environment's own", () => {
  const [, json = ""] = /```json\n(.*?)```/s.exec(page) ?? [];
  const own = synthesize({ dev: ownNetwork() })
    .stack("dev-monitoring")
    .policy("aws_sns_topic_policy.alerts_policy");
  const here = JSON.stringify(own)
    .replaceAll(PARTITION, "aws")
    .replaceAll(ACCOUNT, "111122223333")
    .replaceAll(":dev-rotation-alerts", ":alerts");
  expect(JSON.parse(json)).toEqual(JSON.parse(here));
});
