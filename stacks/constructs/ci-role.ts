import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { CI_PATH } from "../permissions/bounds";
import { type PolicyStatement, policyDocument } from "../policy-document";
import { MAIN } from "../project-stack";

export interface CiRoleProps {
  /** At most 64 characters. */
  readonly name: string;
  readonly description: string;
  readonly trustPolicy: string;
  /** Of a session. @default 1 */
  readonly mostHours?: number;
}

/** A role that workflows take on. Its policies are managed ones: inline, all of them together have 10,240 characters. */
export class CiRole extends Construct {
  readonly arn: string;
  readonly #name: string;

  constructor(scope: Construct, id: string, { name, description, trustPolicy, mostHours }: CiRoleProps) {
    super(scope, id);
    const role = new IamRole(this, MAIN, {
      name,
      path: CI_PATH,
      description,
      assumeRolePolicy: trustPolicy,
      ...(mostHours !== undefined && { maxSessionDuration: mostHours * 3600 }),
    });
    this.arn = role.arn;
    this.#name = role.name;
  }

  /** Lets it do that too. @returns the policy's ARN, for other roles */
  allow(id: string, name: string, description: string, statements: readonly PolicyStatement[]): string {
    const policy = new IamPolicy(this, id, {
      name,
      path: CI_PATH,
      description,
      policy: policyDocument(statements),
    });
    this.attach(id, policy.arn);
    return policy.arn;
  }

  /** Lets it do what another role may. */
  attach(id: string, policyArn: string): void {
    new IamRolePolicyAttachment(this, `attach-${id}`, { role: this.#name, policyArn });
  }
}
