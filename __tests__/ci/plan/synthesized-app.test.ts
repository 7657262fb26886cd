import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { readApp, type SynthesizedApp, stacksOf, touchedStacks } from "../../../ci/plan/synthesized-app";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "synthesized-app-test-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

/** @param stacks each with its content and what it depends on */
function app(
  name: string,
  stacks: Readonly<Record<string, readonly [content: string, ...string[]]>>,
): SynthesizedApp {
  const cdktf = new App({ outdir: join(folder, name) });
  const made = new Map<string, TerraformStack>();
  for (const [id, [content]] of Object.entries(stacks)) {
    const stack = new TerraformStack(cdktf, id);
    new TerraformOutput(stack, "content", { value: content });
    made.set(id, stack);
  }
  for (const [id, [, ...dependencies]] of Object.entries(stacks)) {
    for (const dependency of dependencies)
      made.get(id)?.addDependency(made.get(dependency) as TerraformStack);
  }
  cdktf.synth();
  return readApp(join(folder, name));
}

test("stacks are in the order of their dependencies, then of their names", () => {
  const { stacks } = app("one", {
    "shop-a": ["x", "shop-network"],
    "shop-b": ["x"],
    "shop-network": ["x", "shop-zone"],
    "shop-zone": ["x"],
  });

  expect(stacks.map(({ name }) => name)).toEqual(["shop-zone", "shop-network", "shop-a", "shop-b"]);
  expect(stacks[1]).toMatchObject({
    dependencies: ["shop-zone"],
    folder: join(folder, "one/stacks/shop-network"),
  });
});

test("a changed and a new stack are touched, one that is the same is not, one that is gone is told", () => {
  const base = app("base", { "shop-same": ["x"], "shop-changed": ["hash 1"], "shop-gone": ["x"] });
  const head = app("head", {
    "shop-same": ["x"],
    "shop-changed": ["hash 2"],
    "shop-new": ["x", "shop-changed"],
  });

  const { stacks, gone } = touchedStacks(base, head);

  expect(stacks.map(({ name }) => name)).toEqual(["shop-changed", "shop-new"]);
  expect(gone).toEqual(["shop-gone"]);
});

test("an environment's stacks are its own only", () => {
  const both = app("one", { "shop-a": ["x"], "shopping-a": ["x"], bootstrap: ["x"] });

  expect(stacksOf(both, "shop").map(({ name }) => name)).toEqual(["shop-a"]);
  expect(() => stacksOf(both, "prod")).toThrow(
    '--environment must be one that has stacks (bootstrap, shop, shopping), got "prod"',
  );
});

test("a folder without an app is named", () => {
  expect(() => readApp(join(folder, "nothing"))).toThrow(
    /nothing has no manifest.json: synthesize into it first/,
  );
});
