import { parseArgs } from "node:util";
import { loadEnvironments } from "../environments";
import { loadBootstrap } from "../environments/load-bootstrap";
import { run } from "./github/program";

const USAGE = `Prints the names of the environments that CI deploys, in their order, as JSON: those of
environments/bootstrap.ts, which have a role for it. None where nothing is configured.

Usage: npm run --silent environments -- [options]

  --environment <name>   this one only
  --help                 show this
`;

async function main(): Promise<string> {
  const { environment, help } = parseArgs({
    options: { environment: { type: "string" }, help: { type: "boolean", short: "h" } },
  }).values;
  if (help) return USAGE;
  const names = loadBootstrap(loadEnvironments())?.deployed.map(({ name }) => name) ?? [];
  if (environment === undefined) return JSON.stringify(names);
  if (!names.includes(environment)) {
    const known = names.length === 0 ? "nothing: environments/bootstrap.ts names none" : names.join(" or ");
    throw new Error(`--environment must be one that CI deploys, ${known}; got "${environment}"`);
  }
  return JSON.stringify([environment]);
}

run(main);
