import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformElement, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import type { Environment } from "../environments";
import { addGuardRails } from "./guard-rails/guard-rails";
import { Location } from "./location";
import { addStateBackend } from "./state-backend";

const PROJECT = "rds-secret-rotation";

/** Main resource of a construct: its address is the construct's own id. cdktf hides the same id. */
export const MAIN = "Default";

/** What all stacks of an environment have: a provider with default tags, the state, readable addresses. */
export abstract class EnvironmentStack extends TerraformStack {
  readonly location: Location;

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
    super(scope, `${environment.name}-${name}`);
    new AwsProvider(this, "aws", {
      region: environment.region,
      ...(environment.accountId !== undefined && { allowedAccountIds: [environment.accountId] }),
      defaultTags: [
        {
          tags: {
            ...environment.tags,
            project: PROJECT,
            environment: environment.name,
            "managed-by": "terraform",
            ...tags,
          },
        },
      ],
    });
    addStateBackend(this, environment.stateBackend, PROJECT);
    addGuardRails(this);
    // S3's own locking is stable from 1.11 on. https://github.com/hashicorp/terraform/releases/tag/v1.11.0
    this.addOverride("terraform.required_version", ">= 1.11.0");
    this.location = new Location(
      new DataAwsPartition(this, "partition").partition,
      environment.region,
      new DataAwsCallerIdentity(this, "account").accountId,
    );
  }

  /**
   * Addresses without cdktf's hash: the construct's path joined by "_". Our ids are lower-case letters, digits
   * and hyphens, so no two paths read the same; only cdktf's cross-stack outputs hold anything else.
   */
  protected override allocateLogicalId(tfElement: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(tfElement) ? tfElement.node : tfElement;
    const path = node.scopes.slice(node.scopes.indexOf(this) + 1).map(({ node: { id } }) => id);
    return path
      .filter((id) => id !== MAIN)
      .join("_")
      .replaceAll(/[^\w-]+/g, "_");
  }

  /**
   * Asked by cdktf for one purpose: to run `terraform version` before it writes a moved block, in each stack.
   * required_version above asks for more, and the app is synthesized where there is no Terraform.
   */
  override hasResourceMove(): boolean {
    return false;
  }
}
