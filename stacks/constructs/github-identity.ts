import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { Construct } from "constructs";
import { type PolicyStatement, policyDocument } from "../policy-document";
import { MAIN } from "../project-stack";

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";

export interface GithubIdentityProps {
  /** "owner/repository". */
  readonly repository: string;
  /** ARN of the account's provider, where there is one. @default made here */
  readonly oidcProviderArn?: string | undefined;
}

/** Lets workflows of one repository in without a long-lived key: AWS trusts the tokens that GitHub signs for them. */
export class GithubIdentity extends Construct {
  readonly #providerArn: string;
  readonly #repository: string;

  constructor(scope: Construct, id: string, { repository, oidcProviderArn }: GithubIdentityProps) {
    super(scope, id);
    this.#repository = repository;
    // No thumbprints: for GitHub AWS trusts certificate authorities.
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
    this.#providerArn =
      oidcProviderArn ??
      new IamOpenidConnectProvider(this, MAIN, { url: `https://${ISSUER}`, clientIdList: [AUDIENCE] }).arn;
  }

  /**
   * The trust policy of a role for these workflows and no others.
   * @param subjects what of the repository, e.g. "pull_request", "environment:live"; compared whole, case included
   */
  trust(...subjects: readonly string[]): string {
    const statement: PolicyStatement = {
      Sid: "Github",
      Effect: "Allow",
      Principal: { Federated: this.#providerArn },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: {
          [`${ISSUER}:aud`]: AUDIENCE,
          [`${ISSUER}:sub`]: subjects.map((subject) => `repo:${this.#repository}:${subject}`),
        },
      },
    };
    return policyDocument([statement]);
  }
}
