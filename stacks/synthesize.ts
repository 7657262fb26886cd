import type { Environment } from "../environments";
import type { Bootstrap } from "../environments/load-bootstrap";
import { bundleAhead } from "./archive";

/** Writes the stacks of environments, and of a bootstrap if there is one, into cdktf.out. */
export async function synthesize(environments: readonly Environment[], bootstrap?: Bootstrap): Promise<void> {
  const bundled = bundleAhead(environments);
  // Not imported above: loading these takes as long as bundling, and so is done while esbuild works. By require, since
  // tsx, as cdktf.json starts it, leaves import() to Node, which knows no TypeScript.
  const { App } = withoutSourceMaps(() => require("cdktf") as typeof import("cdktf"));
  const { addStacks } = require("./stacks") as typeof import("./stacks");
  await bundled;
  withoutSourceMaps(() => {
    const app = new App();
    addStacks(app, environments, bootstrap);
    app.synth();
  });
}

/**
 * Node keeps the source maps that every file of cdktf brings, and cdktf takes a stack trace for every token, each to be
 * looked up in the maps that tsx brings: a third of all the time. An error's own trace is looked up when it is printed,
 * and so by then has its lines again.
 */
function withoutSourceMaps<T>(work: () => T): T {
  const enabled = process.sourceMapsEnabled;
  process.setSourceMapsEnabled(false);
  try {
    return work();
  } finally {
    process.setSourceMapsEnabled(enabled);
  }
}
