import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformElement, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import type { Environment } from "../environments";
import { addGuardRails } from "./guard-rails/guard-rails";
import { Location } from "./location";
import { addStateBackend } from "./state-backend";

/** First part of what all environments share: tags, the state's keys. */
export const PROJECT = "rds-secret-rotation";

/** Main resource of a construct: its address is the construct's own id. cdktf hides the same id. */
export const MAIN = "Default";

export type ProjectStackProps = Pick<Environment, "region" | "accountId" | "stateBackend" | "tags">;

/** What all stacks have: a provider with default tags, the state, readable addresses. */
export abstract class ProjectStack extends TerraformStack {
  readonly location: Location;

  /** @param tags on every resource, besides those of the props */
  constructor(
    scope: Construct,
    id: string,
    { region, accountId, stateBackend, tags: ownTags }: ProjectStackProps,
    tags: Readonly<Record<string, string>>,
  ) {
    super(scope, id);
    new AwsProvider(this, "aws", {
      region,
      ...(accountId !== undefined && { allowedAccountIds: [accountId] }),
      defaultTags: [{ tags: { ...ownTags, project: PROJECT, "managed-by": "terraform", ...tags } }],
    });
    addStateBackend(this, stateBackend, PROJECT);
    addGuardRails(this);
    // S3's own locking is stable from 1.11 on. https://github.com/hashicorp/terraform/releases/tag/v1.11.0
    this.addOverride("terraform.required_version", ">= 1.11.0");
    this.location = new Location(
      new DataAwsPartition(this, "partition").partition,
      region,
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
