import { bounds } from "../permissions/bounds";
import { scopedReads } from "../permissions/read-actions";
import { scopedWrites } from "../permissions/write-actions";

/** A resource with a wildcard that a statement may name, and why it names no other. */
export interface WildcardResource {
  /** The whole resource: a wildcard anywhere else in it is refused. */
  readonly resource: RegExp;
  readonly reason: string;
}

const STATES = "A state each stack: a new database has one too.";

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
      reason: "Describes and lists that take no resource, each in stacks/permissions/read-actions.ts.",
    },
  ],
  LockStates: [{ resource: /^[^*?]+\/rds-secret-rotation\/[a-z0-9]+-\*\.tfstate\.tflock$/, reason: STATES }],
  ReadIdentities: [
    {
      resource: /^[^*?]+:iam::[^*?]+:(role|policy)\/ci\/\*$/,
      reason:
        "Roles and policies of CI: an environment that CI deploys has some too, and they are read only.",
    },
  ],
  ReadStates: [{ resource: /^[^*?]+\/rds-secret-rotation\/([a-z0-9]+-\*\.tfstate|\*)$/, reason: STATES }],
  ...Object.fromEntries(
    [...scopedReads(), ...bounds(), ...scopedWrites().flatMap(([, writes]) => writes)].map((statement) => [
      statement.sid,
      statement.resources.map((resource) => wildcard(resource, statement.condition !== undefined)),
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
  WriteStates: [{ resource: /^[^*?]+\/rds-secret-rotation\/[a-z0-9]+-\*\.tfstate$/, reason: STATES }],
  WriteMeasurements: [
    {
      resource: /^[^*?]+:log-group:RDSOSMetrics:log-stream:\*$/,
      reason: "RDS names the stream after the instance's resource id, which it makes itself.",
    },
  ],
};

/** Policies of a resource itself: there "*" is that resource, and its ARN is not known yet. */
export const POLICIES_OF_THEMSELVES: readonly string[] = ["aws_kms_key", "aws_secretsmanager_secret_policy"];

/** Of the tables in stacks/permissions/. */
function wildcard(resource: string, conditional: boolean): WildcardResource {
  if (resource === "*")
    return { resource: /^\*$/, reason: "The service knows no resource for these actions." };
  const name = new RegExp(`^[^*?]+:${escaped(resource).replace("<env>", "[a-z0-9]+")}$`);
  if (resource.includes("<env>")) return { resource: name, reason: "Names begin with the environment's." };
  if (conditional)
    return { resource: name, reason: "AWS makes the names; the condition says which of them." };
  return { resource: name, reason: "AWS or somebody else makes the names: the table says why all of them." };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
