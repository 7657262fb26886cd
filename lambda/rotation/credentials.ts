import { fromEnv } from "@aws-sdk/credential-provider-env";

/**
 * Stands in for the SDK's default credential chain inside the bundle (see stacks/archive.ts). Lambda always
 * hands credentials over in environment variables; the rest of the chain (SSO, profiles, processes, instance
 * metadata) is a third of the SDK's size and would only add ways in.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export const defaultProvider = fromEnv;
