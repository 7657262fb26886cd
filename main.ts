import { App } from "cdktf";
import { ConfigurationError, loadEnvironments } from "./environments";
import { addEnvironment } from "./stacks/environment";

try {
  const environments = loadEnvironments();
  const app = new App();
  for (const environment of environments) addEnvironment(app, environment);
  app.synth();
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  // What is wrong stands in the configuration, not in this program: a stack trace would only hide it.
  console.error(error.message);
  process.exitCode = 1;
}
