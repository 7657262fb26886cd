import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { App } from "cdktf";
import type { Environment } from "../environments";
import type { Bootstrap } from "../environments/load-bootstrap";
import { BootstrapStack } from "./bootstrap-stack";
import { addEnvironment } from "./environment";
import { EnvironmentStack } from "./environment-stack";
import { boundaryArn } from "./permissions/bounds";

/** Adds all stacks: the bootstrap's, where there is one, and every environment's. */
export function addStacks(app: App, environments: readonly Environment[], bootstrap?: Bootstrap): void {
  if (bootstrap !== undefined) new BootstrapStack(app, bootstrap);
  for (const environment of environments) addEnvironment(app, environment);
  for (const stack of app.node.children) {
    if (!(stack instanceof EnvironmentStack) || !bootstrap?.deployed.includes(stack.environment)) continue;
    // CI may make and change no role without it.
    const boundary = boundaryArn(stack.location, stack.environment.name);
    for (const role of stack.node.findAll()) {
      if (role instanceof IamRole) role.permissionsBoundary = boundary;
    }
  }
}
