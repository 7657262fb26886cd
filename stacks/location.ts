/** Where in AWS a stack's resources are. Account and partition are known when Terraform plans. */
export class Location {
  constructor(
    /** "aws", "aws-cn", … */
    readonly partition: string,
    readonly region: string,
    /** 12 digits. */
    readonly accountId: string,
  ) {}

  /** ARN of a resource here, e.g. arn("kms", "key/…"). */
  arn(service: string, resource: string): string {
    return `arn:${this.partition}:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /** The account itself as a principal: whoever it is whom the account's own IAM policies allow. */
  get account(): { readonly AWS: string } {
    return { AWS: `arn:${this.partition}:iam::${this.accountId}:root` };
  }

  /** Name of a service's endpoint here, as kms:ViaService compares it. */
  endpoint(service: string): string {
    return `${service}.${this.region}.amazonaws.com`;
  }
}
