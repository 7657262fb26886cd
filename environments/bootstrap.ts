import type { BootstrapInput } from "./bootstrap-schema";

/**
 * The bucket of the shared state and the identities of CI, deployed once an account by hand: docs/getting-started-aws.md.
 * None as shipped, since a bucket's name is unique in all of AWS. An example:
 *
 *   export const bootstrap: BootstrapInput | undefined = {
 *     region: "eu-west-1",
 *     bucket: "example-terraform-state",
 *     github: { repository: "example/databases" },
 *   };
 */
export const bootstrap: BootstrapInput | undefined = undefined;
