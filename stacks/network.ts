/** What a database needs to know of its VPC. */
export interface Network {
  readonly vpcId: string;
  /** Subnets for databases and functions, in at least two availability zones. */
  readonly subnetIds: readonly string[];
  /** Security group of the Secrets Manager endpoint. @default none: any host on port 443, through a NAT gateway */
  readonly endpointSecurityGroupId?: string | undefined;
}
