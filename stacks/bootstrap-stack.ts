import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Bootstrap } from "../environments/load-bootstrap";
import { DeployRole } from "./constructs/deploy-role";
import { DiffRole } from "./constructs/diff-role";
import { GithubIdentity } from "./constructs/github-identity";
import { PermissionsBoundary } from "./constructs/permissions-boundary";
import { StateBucket } from "./constructs/state-bucket";
import { ProjectStack } from "./project-stack";

/** In the stack's id and tags, where an environment's stacks have the environment's name. */
const BOOTSTRAP = "bootstrap";

/** What stands before all environments, deployed once an account by hand: the shared state, and who CI is. */
export class BootstrapStack extends ProjectStack {
  constructor(scope: Construct, bootstrap: Bootstrap) {
    super(scope, BOOTSTRAP, bootstrap, { environment: BOOTSTRAP });
    const { location } = this;
    const bucket = new StateBucket(this, "state", {
      location,
      name: bootstrap.bucket,
      oldVersionDays: bootstrap.oldVersionDays,
    });
    new TerraformOutput(this, "bucket", { value: bucket.name });
    new TerraformOutput(this, "key-arn", { value: bucket.keyArn });
    const { github, deployed } = bootstrap;
    if (github === undefined) return;
    const identity = new GithubIdentity(this, "github", github);
    const diff = new DiffRole(this, "diff-role", {
      location,
      bucket,
      trustPolicy: identity.trust("pull_request", `ref:refs/heads/${github.branch}`),
    });
    new TerraformOutput(this, "diff-role-arn", { value: diff.arn });
    for (const environment of deployed) {
      const { name } = environment;
      new PermissionsBoundary(this, `boundary-${name}`, { location, environment });
      const deploy = new DeployRole(this, `deploy-role-${name}`, {
        location,
        bucket,
        environment,
        reads: diff.plan(environment),
        trustPolicy: identity.trust(`environment:${name}`),
      });
      new TerraformOutput(this, `deploy-role-${name}-arn`, { value: deploy.arn });
    }
  }
}
