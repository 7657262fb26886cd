import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { Construct } from "constructs";
import type { Environment } from "../../environments";
import type { Location } from "../location";
import { boundaryName, bounds, CI_PATH } from "../permissions/bounds";
import { statementIn } from "../permissions/permission";
import { policyDocument } from "../policy-document";
import { MAIN } from "../project-stack";

export interface PermissionsBoundaryProps {
  readonly location: Location;
  readonly environment: Environment;
}

/** The most that any role of an environment can do, whatever the policies say that its deployments give it. */
export class PermissionsBoundary extends Construct {
  constructor(scope: Construct, id: string, { location, environment }: PermissionsBoundaryProps) {
    super(scope, id);
    new IamPolicy(this, MAIN, {
      name: boundaryName(environment.name),
      path: CI_PATH,
      description: `The most that a role of ${environment.name} can do`,
      policy: policyDocument(bounds().map((statement) => statementIn(location, environment, statement))),
    });
  }
}
