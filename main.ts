import { ConfigurationError, loadEnvironments } from "./environments";
import { loadBootstrap } from "./environments/load-bootstrap";
import { synthesize } from "./stacks/synthesize";

async function main(): Promise<void> {
  const environments = loadEnvironments();
  await synthesize(environments, loadBootstrap(environments));
}

main().catch((error: unknown) => {
  if (!(error instanceof ConfigurationError)) throw error;
  // What is wrong stands in the configuration, not in this program: a stack trace would only hide it.
  console.error(error.message);
  process.exitCode = 1;
});
