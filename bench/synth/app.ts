import { loadEnvironments } from "../../environments";
import { ENGINE_NAMES } from "../../environments/engines";
import type { EnvironmentInput } from "../../environments/schema";
import { synthesize } from "../../stacks/synthesize";

// Synthesizes as many databases as its argument says, a hundred an environment, every engine in turn.

const DATABASES_AN_ENVIRONMENT = 100;

const count = Number(process.argv[2]);
const environments: Record<string, EnvironmentInput> = {};
for (let first = 0; first < count; first += DATABASES_AN_ENVIRONMENT) {
  const size = Math.min(DATABASES_AN_ENVIRONMENT, count - first);
  environments[`bench${first / DATABASES_AN_ENVIRONMENT}`] = {
    region: "eu-west-1",
    network: { type: "own", cidr: "10.20.0.0/16" },
    databases: Object.fromEntries(
      Array.from({ length: size }, (_, index) => [`db-${index}`, database(index)]),
    ),
  };
}
synthesize(loadEnvironments(environments));

/** As large as those of the shipped environments: two users, one of each strategy. */
function database(index: number): EnvironmentInput["databases"][string] {
  return {
    engine: ENGINE_NAMES[index % ENGINE_NAMES.length] ?? "postgres",
    users: {
      app: { grants: [{ privilege: "readwrite", schema: "app" }] },
      reports: { strategy: "alternating-users", grants: [{ privilege: "readonly", schema: "app" }] },
    },
  };
}
