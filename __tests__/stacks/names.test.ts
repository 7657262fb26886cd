import type { EnvironmentInput } from "../../environments";
import { problemsOf } from "../support/configuration";
import { complete } from "../support/fixture-environment";
import { type Synthesis, SynthesizedStack, synthesize, USER } from "../support/synth";

const stacksOf = ({ files }: Synthesis) =>
  [...files]
    .filter(([file]) => file.endsWith("cdk.tf.json"))
    .map(
      ([file, bytes]) => [file.split("/")[1] ?? "", new SynthesizedStack(bytes.toString("utf8"))] as const,
    );

/** What AWS takes once only, by type, and the stack that has it. A permission's statement is its function's. */
function names(synthesis: Synthesis): [name: string, stack: string][] {
  return stacksOf(synthesis).flatMap(([id, stack]) =>
    stack.addresses.flatMap((address): [string, string][] => {
      const [type = ""] = address.split(".");
      const {
        name,
        identifier,
        function_name: functionName,
        dashboard_name: dashboard,
      } = stack.resource(address);
      const found =
        name ?? identifier ?? dashboard ?? (type === "aws_lambda_function" ? functionName : undefined);
      // A role's policy has its name within the role.
      return typeof found === "string" && type !== "aws_iam_role_policy" ? [[`${type} ${found}`, id]] : [];
    }),
  );
}

const database = { users: { app: USER } };
const withDatabases = (...keys: string[]): EnvironmentInput => ({
  ...complete,
  databases: Object.fromEntries(keys.map((key) => [key, database])),
});

test("no two stacks want the same name, whatever the databases are called", () => {
  // given: every name that follows the environment's in a stack of the environment itself
  const own = names(synthesize({ complete })).filter(([, stack]) => /-(network|monitoring)$/.test(stack));
  const endings = own.flatMap(([name]) => /complete-([a-z0-9-]+)$/.exec(name)?.[1] ?? []);
  expect(endings).toEqual(expect.arrayContaining(["rotation-alerts", "vpc-flow-logs"]));

  // when: databases have those names, as far as they may
  const allowed = [...new Set(endings)].filter(
    (key) => problemsOf({ complete: withDatabases(key) }).length === 0,
  );
  const all = names(synthesize({ complete: withDatabases("orders", ...allowed) })).map(([name]) => name);

  // then
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
});

test("nor a database and another, or users, whose names continue each other's", () => {
  const users = { app: USER, "app-policy": USER, "app-permission": USER };
  const keys = ["a", "a-rotation", "a-monitoring", "constructor"];
  const databases = Object.fromEntries(keys.map((key) => [key, { users }]));
  const synthesis = synthesize({ complete: { ...complete, databases } });

  const all = names(synthesis).map(([name]) => name);
  expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);

  for (const user of Object.keys(users)) {
    expect(
      synthesis.stack("complete-constructor").resource(`aws_secretsmanager_secret.secret-${user}`).name,
    ).toBe(`complete/constructor/${user}`);
  }
});
