/** What a database needs to know of its VPC. */
export interface Network {
  readonly vpcId: string;
  /** Subnets for databases and functions, in at least two availability zones. */
  readonly subnetIds: readonly string[];
  /** The way from those subnets to Secrets Manager. */
  readonly secretsManager: WayToSecretsManager;
}

export type WayToSecretsManager =
  /** Whoever carries this security group reaches the endpoint: a new function changes no rule. */
  | { readonly through: "client-group"; readonly securityGroupId: string }
  /** An endpoint behind this security group, which lets in each function by a rule of its own. */
  | { readonly through: "endpoint"; readonly securityGroupId: string }
  /** Any host on port 443, through a NAT gateway. */
  | { readonly through: "nat" };
