import type { Explanation } from "./differences";

const STACK = /\/stacks\/[^/]+\/cdk\.tf\.json$/;

/** Every difference that may be between what CDKTF 0.21 and CDK Terrain write. One that is not here is a failure. */
export const EXPLANATIONS: readonly Explanation[] = [
  {
    file: /\/manifest\.json$/,
    path: /^version$/,
    before: '"0.21.0"',
    after: '"0.24.0"',
    why: "the library's version; the command reads it, Terraform does not",
  },
  {
    file: STACK,
    path: /^\/\/\.metadata\.version$/,
    before: '"0.21.0"',
    after: '"0.24.0"',
    why: "the library's version, in a comment",
  },
  {
    file: STACK,
    path: /^terraform\.required_providers\.aws\.source$/,
    before: '"aws"',
    after: '"hashicorp/aws"',
    why: "the same provider: hashicorp is the namespace of a source without one",
  },
  {
    file: STACK,
    path: /^terraform\.required_providers\.aws\.version$/,
    before: '"6.25.0"',
    after: '"6.66.0"',
    why: "the provider that the new bindings are made for: an upgrade within one major version",
  },
];
