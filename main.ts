import { App } from "cdktf";
import { ConfigurationError, loadEnvironments } from "./environments";
import { loadBootstrap } from "./environments/load-bootstrap";
import { addStacks } from "./stacks/stacks";

try {
  const environments = loadEnvironments();
  const bootstrap = loadBootstrap(environments);
  const app = new App();
  addStacks(app, environments, bootstrap);
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  // What is wrong stands in the configuration, not in this program: a stack trace would only hide it.
  console.error(error.message);
  process.exitCode = 1;
}
