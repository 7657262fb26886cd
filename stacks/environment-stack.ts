import type { Construct } from "constructs";
import type { Environment } from "../environments";
import { ProjectStack } from "./project-stack";

export { MAIN } from "./project-stack";

/** What all stacks of an environment have. */
export abstract class EnvironmentStack extends ProjectStack {
  /**
   * @param name the stack's part of its id, "<environment>-<name>"
   * @param tags on every resource, besides those of the environment
   */
  constructor(
    scope: Construct,
    readonly environment: Environment,
    name: string,
    tags: Readonly<Record<string, string>> = {},
  ) {
    super(scope, `${environment.name}-${name}`, environment, { environment: environment.name, ...tags });
  }
}
