import { App } from "cdktf";
import type { Environment } from "../environments";
import type { Bootstrap } from "../environments/load-bootstrap";
import { addStacks } from "./stacks";

/** Writes the stacks of environments, and of a bootstrap if there is one, into cdktf.out. */
export function synthesize(environments: readonly Environment[], bootstrap?: Bootstrap): void {
  withoutSourceMaps(() => {
    const app = new App();
    addStacks(app, environments, bootstrap);
    app.synth();
  });
}

/**
 * cdktf takes a stack trace for every token, and looking each up in the source maps that tsx brings is a third of all
 * the time. An error's own trace is looked up when it is printed, and so by then has its lines again.
 */
function withoutSourceMaps(work: () => void): void {
  const enabled = process.sourceMapsEnabled;
  process.setSourceMapsEnabled(false);
  try {
    work();
  } finally {
    process.setSourceMapsEnabled(enabled);
  }
}
