import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { App } from "cdktf";
import { loadEnvironments } from "../../../environments";
import { addEnvironment } from "../../../stacks/environment";
import { buckets } from "../../../stacks/guard-rails/buckets";
import { declarationsOf, problemsOf, RULES } from "../../../stacks/guard-rails/guard-rails";
import { allStacks } from "../../support/all-stacks";
import { ownNetwork } from "../../support/synth";

const stacks = [...allStacks()].map(([id, { json }]) => [id, declarationsOf(json)] as const);

test.each(stacks)("%s passes", (_, declarations) => {
  expect(problemsOf(declarations)).toEqual([]);
});

// Buckets come with the stack that makes the state's.
const inUse = RULES.filter((rule) => !buckets.includes(rule));

test.each(inUse.map((rule) => [rule.name, rule] as const))("%s: is about something there is", (_, rule) => {
  expect(stacks.flatMap(([, all]) => all.filter((declaration) => rule.applies(declaration)))).not.toEqual([]);
});

test("a rule's name is its own", () => {
  const names = RULES.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
});

describe("an app with problems in two stacks", () => {
  const outdir = mkdtempSync(join(tmpdir(), "synth-test-"));
  afterAll(() => rmSync(outdir, { recursive: true }));
  const app = new App({ outdir });
  const { databases, ...environment } = ownNetwork();
  const inputs = { test: { ...environment, databases: { ...databases, stock: databases.orders } } };
  for (const each of loadEnvironments(inputs, {})) addEnvironment(app, each);

  // given: changed at the last moment, behind the constructs' back
  for (const stack of app.node.children.filter(({ node }) => /orders|stock/.test(node.id))) {
    const instances = stack.node.findAll().filter((node) => node instanceof DbInstance);
    for (const instance of instances) instance.addOverride("publicly_accessible", true);
    for (const instance of instances) instance.addOverride("storage_encrypted", false);
  }

  test("is refused with every problem by address, and no stack is written", () => {
    expect(() => app.synth()).toThrow(
      expect.objectContaining({
        name: "ConfigurationError",
        problems: ["orders", "stock"].flatMap((database) =>
          ["publicly_accessible must be false, got true", "storage_encrypted must be true, got false"].map(
            (problem) => `test-${database}: aws_db_instance.database ${problem}`,
          ),
        ),
      }),
    );
    expect(readdirSync(join(outdir, "stacks"))).toEqual([]);
  });
});
