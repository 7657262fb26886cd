import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import type { Environment } from "../../environments";
import type { Location } from "../location";
import { type PolicyStatement, policyDocument } from "../policy-document";
import { MAIN, PROJECT } from "../project-stack";
import { scopedReads, unscopedReads } from "./read-actions";
import type { StateBucket } from "./state-bucket";

/** Apart from the environments' roles, "role/<environment>-…", so that none of theirs can be one of CI's. */
export const CI_PATH = "/ci/";

/** Neither plan nor deployment ever needs a secret's value: whatever else is allowed, nobody reads one here. */
export const DENY_SECRET_VALUES: readonly PolicyStatement[] = [
  {
    Sid: "DenySecretValues",
    Effect: "Deny",
    Action: ["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"],
    Resource: "*",
  },
  {
    Sid: "DenySecretDecryption",
    Effect: "Deny",
    Action: "kms:Decrypt",
    Resource: "*",
    Condition: { StringLike: { "kms:ViaService": "secretsmanager.*.amazonaws.com" } },
  },
];

export interface DiffRoleProps {
  readonly location: Location;
  readonly bucket: StateBucket;
  /** Those whose stacks are planned. */
  readonly environments: readonly Environment[];
  readonly trustPolicy: string;
}

/** Reads what a plan reads, and no secret's value; writes nothing, so plans under it run with -lock=false. */
export class DiffRole extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { location, bucket, environments, trustPolicy }: DiffRoleProps) {
    super(scope, id);
    const role = new IamRole(this, MAIN, {
      name: "diff",
      path: CI_PATH,
      description: "Plans every stack, and changes nothing",
      assumeRolePolicy: trustPolicy,
    });
    this.arn = role.arn;
    const policies = [
      ["account", [...readOfAccount(location, bucket), ...DENY_SECRET_VALUES]] as const,
      ...environments.map((environment) => [environment.name, readOf(location, environment)] as const),
    ];
    for (const [name, statements] of policies) {
      const policy = new IamPolicy(this, `read-${name}`, {
        name: `diff-${name}`,
        path: CI_PATH,
        description: `What a plan reads: ${name}`,
        policy: policyDocument(statements),
      });
      new IamRolePolicyAttachment(this, `attach-${name}`, { role: role.name, policyArn: policy.arn });
    }
  }
}

function readOfAccount(location: Location, bucket: StateBucket): PolicyStatement[] {
  return [
    { Sid: "ReadOfThisAccount", Effect: "Allow", Action: unscopedReads(), Resource: "*" },
    { Sid: "FindStates", Effect: "Allow", Action: "s3:ListBucket", Resource: bucket.arn },
    {
      Sid: "ReadStates",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${bucket.arn}/${PROJECT}/*`,
    },
    {
      Sid: "DecryptStates",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: bucket.keyArn,
      Condition: { StringEquals: { "kms:ViaService": location.endpoint("s3") } },
    },
  ];
}

function readOf({ partition, accountId }: Location, { name, region }: Environment): PolicyStatement[] {
  return scopedReads().map(({ sid, service, resource, actions }) => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
    const place = service === "iam" || resource.startsWith("dashboard/") ? "" : region;
    const arn = `arn:${partition}:${service}:${place}:${accountId}:${resource.replace("<env>", name)}`;
    return { Sid: sid, Effect: "Allow", Action: actions, Resource: arn };
  });
}
