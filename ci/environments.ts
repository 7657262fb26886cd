import { loadEnvironments } from "../environments";
import { loadBootstrap } from "../environments/load-bootstrap";
import { runProgram } from "./program";

const USAGE = `Prints the names of the environments that CI deploys, in their order, as JSON: those of
environments/bootstrap.ts, which have a role for it. None where nothing is configured.

Usage: npm run --silent environments -- [options]

  --environment <name>   this one only
  --help                 show this
`;

const OPTIONS = { environment: { type: "string" } } as const;

runProgram(USAGE, OPTIONS, async ({ environment }) => {
  const names = loadBootstrap(loadEnvironments())?.deployed.map(({ name }) => name) ?? [];
  if (environment !== undefined && !names.includes(environment)) {
    const known = names.length === 0 ? "nothing: environments/bootstrap.ts names none" : names.join(" or ");
    throw new Error(`--environment must be one that CI deploys, ${known}; got "${environment}"`);
  }
  process.stdout.write(`${JSON.stringify(environment === undefined ? names : [environment])}\n`);
  return 0;
});
