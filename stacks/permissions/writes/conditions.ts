import { type Condition, type Permission, when } from "../permission";

/** What each type of resource takes to be made, changed, tagged and destroyed. */
export type Writes = Readonly<Record<string, readonly Permission[]>>;

export const OF_ENVIRONMENT = "aws:ResourceTag/environment";
export const AS_OF_ENVIRONMENT = "aws:RequestTag/environment";

/** What is made carries the environment's tag, which all stacks set. */
export const made = (permission: Permission) =>
  when("made", { StringEquals: { [AS_OF_ENVIRONMENT]: "<env>" } }, permission);
/** What is changed carries the environment's tag: AWS's own ids say nothing of whose it is. */
export const own = (permission: Permission) =>
  when("own", { StringEquals: { [OF_ENVIRONMENT]: "<env>" } }, permission);
/** Its tags are changed, but not to those of another environment. */
export const tags = (permission: Permission) =>
  when(
    "tags",
    { StringEquals: { [OF_ENVIRONMENT]: "<env>" }, StringEqualsIfExists: { [AS_OF_ENVIRONMENT]: "<env>" } },
    permission,
  );
/** For a few minutes KMS does not see a new key's tags: https://docs.aws.amazon.com/kms/latest/developerguide/abac.html */
export const OWN_OR_NEW: Condition = { StringEqualsIfExists: { [OF_ENVIRONMENT]: "<env>" } };

export const TAGS = ["TagResource", "UntagResource"];
export const FOR_SECRETS = { "kms:ViaService": "secretsmanager.<region>.amazonaws.com" };
