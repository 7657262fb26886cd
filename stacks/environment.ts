import type { App } from "cdktf";
import type { Environment } from "../environments";
import { ExistingNetworkCheck } from "./constructs/existing-network-check";
import { DatabaseStack } from "./database-stack";
import { ExistingDatabaseStack } from "./existing-database-stack";
import { MonitoringStack } from "./monitoring-stack";
import type { Network } from "./network";
import { NetworkStack } from "./network-stack";

/**
 * Adds an environment's stacks: "<environment>-network" where the VPC is its own, "<environment>-monitoring", and one a
 * database.
 */
export function addEnvironment(app: App, environment: Environment): void {
  const network = networkOf(app, environment);
  new MonitoringStack(app, environment);
  for (const [name, settings] of Object.entries(environment.databases)) {
    // Where the network is a stack, the references to it make this one depend on it.
    const stack =
      settings.source === "existing"
        ? new ExistingDatabaseStack(app, environment, { name, settings, network })
        : new DatabaseStack(app, environment, { name, settings, network });
    if (environment.network.type === "existing") {
      new ExistingNetworkCheck(stack, "network", stack.location, environment.network);
    }
  }
}

function networkOf(app: App, environment: Environment): Network {
  const { network } = environment;
  if (network.type === "own") return new NetworkStack(app, environment, network);
  const { vpcId, subnetIds, secretsManager } = network;
  return { vpcId, subnetIds, secretsManager };
}
