import type * as z from "zod";
import { region } from "./arns";
import { bucketName, environmentName, stateBackend, tags } from "./schema";
import { distinct, integer, strict, text } from "./values";

/** The diff role has a policy for each, and one for all: a role takes 10. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
export const MOST_ENVIRONMENTS = 9;
export const NAMES_MUST_BE = `must be the names of 1 to ${MOST_ENVIRONMENTS} environments`;

const github = strict({
  /** The repository whose workflows get the roles, "owner/repository". */
  repository: text(
    /^[A-Za-z0-9](-?[A-Za-z0-9]){0,38}\/[\w.-]{1,100}$/,
    'must be a repository of GitHub, "owner/repository"',
  ),
  /** The branch that is checked for drift. @default main */
  branch: text(
    /^(?!\/)(?!.*(\/\/|\.\.|\/$))[\w./-]{1,200}$/,
    "must be a branch: letters, digits, _, ., / and -",
  ).default("main"),
  /**
   * GitHub environments that deploy, each of the same name as one of environments/ and with a role of its own.
   * @default all of environments/
   */
  environments: distinct(environmentName, 1, MOST_ENVIRONMENTS, NAMES_MUST_BE).optional(),
  /** ARN of the account's OIDC provider for GitHub, where there is one: an account has at most one. @default made here */
  oidcProviderArn: text(
    /^arn:aws[a-z-]*:iam::\d{12}:oidc-provider\/token\.actions\.githubusercontent\.com$/,
    "must be the ARN of GitHub's OIDC provider, arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com",
  ).optional(),
});

/** What stands before all environments, once an account: the bucket of the shared state, and who CI is. */
export const bootstrap = strict({
  /** AWS region of the bucket. */
  region,
  /** The 12 digits of the only AWS account that may be touched. @default whichever the credentials belong to */
  accountId: text(/^\d{12}$/, "must be the 12 digits of an AWS account").optional(),
  /** Where this stack's own state is: a file at first, then the bucket. @default local */
  stateBackend: stateBackend.default({ type: "local" }),
  /** Name of the bucket, 3 to 63 characters, unique in all of AWS. Renaming is replacing. */
  bucket: bucketName,
  /** Days that a state which is no longer the current one can be brought back, 7 to 3650. @default 90 */
  oldVersionDays: integer("days", 7, 3650).default(90),
  /** Tags on everything, besides project, environment and managed-by. At most 40. @default none */
  tags,
  /** The identities of its workflows. @default none: the bucket only */
  github: github.optional(),
});

/** As environments/bootstrap.ts states it. */
export type BootstrapInput = z.input<typeof bootstrap>;
/** With its defaults. */
export type BootstrapSettings = z.output<typeof bootstrap>;
export type GithubSettings = z.output<typeof github>;
