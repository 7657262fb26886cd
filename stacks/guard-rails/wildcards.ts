import { scopedReads } from "../constructs/read-actions";

/** A resource with a wildcard that a statement may name, and why it names no other. */
export interface WildcardResource {
  /** The whole resource: a wildcard anywhere else in it is refused. */
  readonly resource: RegExp;
  readonly reason: string;
}

/** All there are, by the statement's Sid. */
export const WILDCARD_RESOURCES: Readonly<Record<string, readonly WildcardResource[]>> = {
  CreateNetworkInterfaces: [
    {
      resource: /^[^*?]+:ec2:[^*?]+:(network-interface|security-group)\/\*$/,
      reason: "The interface is yet to be made; the group has to outlive this policy. The subnets are named.",
    },
  ],
  FindLogGroup: [
    {
      resource: /^\*$/,
      reason:
        "VPC flow logs look for their group among all of them: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html",
    },
  ],
  FindNetworkInterfaces: [
    {
      resource: /^\*$/,
      reason:
        "EC2 knows no resources for ec2:Describe…: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html",
    },
  ],
  ManageNetworkInterfaces: [
    {
      resource: /^[^*?]+:ec2:[^*?]+:\*\/\*$/,
      reason:
        "Lambda refuses a role with less, the condition limits it to the VPC: https://github.com/hashicorp/terraform-provider-aws/issues/20698",
    },
  ],
  ReadOfThisAccount: [
    {
      resource: /^\*$/,
      reason: "Describes and lists that take no resource, each in stacks/constructs/read-actions.ts.",
    },
  ],
  ReadStates: [
    {
      resource: /^[^*?]+\/rds-secret-rotation\/\*$/,
      reason: "A state each stack: a new database has one too.",
    },
  ],
  ...Object.fromEntries(
    // By the environment's name, or an id that AWS makes: each in stacks/constructs/read-actions.ts.
    scopedReads().map(({ sid, resource }) => [
      sid,
      [
        {
          resource: new RegExp(`:${escaped(resource).replace("<env>", "[a-z0-9]+")}$`),
          reason: "Names begin with the environment's; the rest has an id that AWS makes, and is read only.",
        },
      ],
    ]),
  ),
  SecretsOfThisAccount: [
    {
      resource: /^\*$/,
      reason: "An endpoint serves every database; the condition limits it to this account's secrets.",
    },
  ],
  WriteLogs: [
    {
      resource: /^[^*?]+:log-group:[^*?]+:(log-stream:)?\*$/,
      reason: "The service that writes names the streams.",
    },
  ],
  WriteMeasurements: [
    {
      resource: /^[^*?]+:log-group:RDSOSMetrics:log-stream:\*$/,
      reason: "RDS names the stream after the instance's resource id, which it makes itself.",
    },
  ],
};

/** Policies of a resource itself: there "*" is that resource, and its ARN is not known yet. */
export const POLICIES_OF_THEMSELVES: readonly string[] = ["aws_kms_key", "aws_secretsmanager_secret_policy"];

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
