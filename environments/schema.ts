import * as z from "zod";
import { database } from "./database-schema";
import { distinct, strict, text } from "./values";

const REGION = text(/^[a-z]{2}(-[a-z]+)+-\d$/, "must be an AWS region such as eu-west-1");

/** Where Terraform keeps its state. */
const stateBackend = z.discriminatedUnion(
  "type",
  [
    strict({
      /** Files in the project's folder, terraform.<stack>.tfstate: for trying out, not for a team. */
      type: z.literal("local"),
    }),
    strict({
      /** A shared bucket with S3's own locking; one object a stack. Terraform 1.11 or newer. */
      type: z.literal("s3"),
      /** Name of the bucket, 3 to 63 characters. */
      bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be the name of an S3 bucket"),
      /** Region of the bucket. */
      region: REGION,
      /** ARN of the key that encrypts the state. @default the bucket's own encryption */
      kmsKeyArn: text(
        /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|key\/mrk-[0-9a-f]{32}|alias\/[\w/-]+)$/,
        "must be the ARN of a KMS key or alias",
      ).optional(),
    }),
  ],
  { error: 'must be "local" or "s3"' },
);

const ownNetwork = strict({
  /** A VPC of the environment's own: isolated subnets, no way to or from the internet. */
  type: z.literal("own"),
  /** The VPC's addresses: private ones (RFC 1918), /16 to /24. Each subnet takes a sixteenth. */
  cidr: z.string({ error: "must be a CIDR block" }).refine(isVpcCidr, {
    error: "must be the CIDR block of a private network from /16 to /24, such as 10.20.0.0/16",
  }),
  /**
   * Letters of 2 or 3 availability zones of the region. A zone's letter also says which addresses its
   * subnet has, so adding a zone moves no other. @default ["a", "b"]
   */
  availabilityZones: distinct(
    text(/^[a-h]$/, "must be a zone's letter from a to h"),
    2,
    3,
    'must be the letters of 2 or 3 availability zones, such as ["a", "b"]',
  ).default(["a", "b"]),
});

const securityGroupId = text(/^sg-[0-9a-f]{8,17}$/, "must be a security group id, sg-…");

const existingNetwork = strict({
  /** A VPC that exists, made and run by somebody else. */
  type: z.literal("existing"),
  /** Id of the VPC. */
  vpcId: text(/^vpc-[0-9a-f]{8,17}$/, "must be a VPC id, vpc-…"),
  /** Ids of 2 to 6 subnets of that VPC, in different availability zones. For databases and functions. */
  subnetIds: distinct(
    text(/^subnet-[0-9a-f]{8,17}$/, "must be a subnet id, subnet-…"),
    2,
    6,
    "must be 2 to 6 subnet ids",
  ),
  /** The way from those subnets to Secrets Manager. */
  secretsManager: z.discriminatedUnion(
    "through",
    [
      strict({
        /** An interface endpoint with private DNS in the VPC. */
        through: z.literal("endpoint"),
        /** Id of the endpoint's security group; each function's is let in on port 443. */
        securityGroupId,
      }),
      strict({
        /** A NAT gateway: functions may then reach any host on port 443. */
        through: z.literal("nat"),
      }),
    ],
    { error: 'must be "endpoint" or "nat"' },
  ),
});

/** Tags that the stacks set themselves, and AWS's own. */
const OWN_TAGS =
  /^(?!aws:)(?!(project|environment|database|managed-by|rotation-strategy)$)[\w\s.:/=+@-]{1,128}$/;

/** Names in use in stack ids: "<environment>-network". */
const NOT_A_DATABASE = "network";

const databaseName = z
  .string({ error: "must be text" })
  .regex(/^(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/, {
    error: "must be 1 to 40 lower-case letters, digits and single hyphens, beginning with a letter",
  })
  .refine((name) => name !== NOT_A_DATABASE, {
    error: `must not be "${NOT_A_DATABASE}", the network stack's name`,
  });

export const environment = strict({
  /** AWS region of everything in the environment. */
  region: REGION,
  /** The 12 digits of the only AWS account that may be touched. @default whichever the credentials belong to */
  accountId: text(/^\d{12}$/, "must be the 12 digits of an AWS account").optional(),
  /** Where Terraform keeps its state. @default local */
  stateBackend: stateBackend.default({ type: "local" }),
  /** The VPC: made here, or an existing one. */
  network: z.discriminatedUnion("type", [ownNetwork, existingNetwork], {
    error: 'must be "own" or "existing"',
  }),
  /** Tags on everything, besides project, environment, database and managed-by. At most 40. @default none */
  tags: z
    .record(
      z.string().regex(OWN_TAGS, { error: "must be a tag's key that is not taken by AWS or by the stacks" }),
      text(/^[\w\s.:/=+@-]{0,256}$/, "must be a tag's value of at most 256 characters"),
    )
    .refine((tags) => Object.keys(tags).length <= 40, { error: "must be at most 40 tags" })
    .default({}),
  /** Databases by name. The name is in stack ids, resource names and addresses: renaming is replacing. */
  databases: z
    .record(databaseName, database, { error: "must be databases by name" })
    .refine((databases) => Object.keys(databases).length > 0, { error: "must be at least one database" }),
});

/** Name of an environment: no hyphen, so that "<environment>-<database>" is read one way only. */
export const environmentName = text(
  /^[a-z][a-z0-9]{0,11}$/,
  "must be 1 to 12 lower-case letters and digits, beginning with a letter",
);

/** An environment as its file states it. */
export type EnvironmentInput = z.input<typeof environment>;
/** An environment with its defaults. */
export type EnvironmentSettings = z.output<typeof environment>;
export type NetworkSettings = EnvironmentSettings["network"];
export type OwnNetworkSettings = z.output<typeof ownNetwork>;
export type StateBackend = EnvironmentSettings["stateBackend"];
export type DatabaseSettings = EnvironmentSettings["databases"][string];
export type UserSettings = DatabaseSettings["users"][string];

const PRIVATE_NETWORKS: readonly (readonly [network: number, prefix: number])[] = [
  [0x0a000000, 8],
  [0xac100000, 12],
  [0xc0a80000, 16],
];

/** AWS takes /16 to /28 for VPCs; from /25 on, a sixteenth is less than the /28 that a subnet needs. */
function isVpcCidr(cidr: string): boolean {
  const [, a, b, c, d, prefix] = (
    /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{2})$/.exec(cidr) ?? []
  ).map(Number);
  if (a === undefined || b === undefined || c === undefined || d === undefined || prefix === undefined)
    return false;
  if ([a, b, c, d].some((byte) => byte > 255) || prefix < 16 || prefix > 24) return false;
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  if (address % 2 ** (32 - prefix) !== 0) return false;
  return PRIVATE_NETWORKS.some(
    ([network, bits]) => Math.floor(address / 2 ** (32 - bits)) === Math.floor(network / 2 ** (32 - bits)),
  );
}
