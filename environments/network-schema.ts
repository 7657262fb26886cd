import * as z from "zod";
import { retention } from "./retention-schema";
import { alternatives, distinct, flag, oneOf, resourceId, strict, text } from "./values";

const flowLogs = strict({
  /** Which connections: "ALL", "ACCEPT" or "REJECT". @default ALL */
  traffic: oneOf(["ALL", "ACCEPT", "REJECT"]).default("ALL"),
  ...retention,
});

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
  /** Whether VPC and subnets have IPv6 addresses too, from Amazon's pool; isolated as well. @default false */
  ipv6: flag().default(false),
  /** Who connected to whom, in CloudWatch Logs. @default none */
  flowLogs: flowLogs.optional(),
});

const securityGroupId = resourceId("sg", "a security group id");

const existingNetwork = strict({
  /** A VPC that exists, made and run by somebody else. */
  type: z.literal("existing"),
  /** Id of the VPC. */
  vpcId: resourceId("vpc", "a VPC id"),
  /** Ids of 2 to 6 subnets of that VPC, in different availability zones. For databases and functions. */
  subnetIds: distinct(resourceId("subnet", "a subnet id"), 2, 6, "must be 2 to 6 subnet ids"),
  /** The way from those subnets to Secrets Manager. */
  secretsManager: alternatives(
    "through",
    [
      strict({
        /** An interface endpoint with private DNS in the VPC. */
        through: z.literal("endpoint"),
        /** Id of the endpoint's security group; each function is let in on port 443 by a rule in it. */
        securityGroupId,
      }),
      strict({
        /** An interface endpoint with private DNS in the VPC, without a rule for each function. */
        through: z.literal("client-group"),
        /** Id of a security group that may reach the endpoint on port 443; each function carries it. */
        securityGroupId,
      }),
      strict({
        /** A NAT gateway: functions may then reach any host on port 443. */
        through: z.literal("nat"),
      }),
    ],
    '"endpoint", "client-group" or "nat"',
  ),
});

/** Where databases and functions are. */
export const network = alternatives("type", [ownNetwork, existingNetwork], '"own" or "existing"');

export type NetworkSettings = z.output<typeof network>;
export type FlowLogSettings = z.output<typeof flowLogs>;
export type OwnNetworkSettings = z.output<typeof ownNetwork>;
export type ExistingNetworkSettings = z.output<typeof existingNetwork>;

const PRIVATE_NETWORKS: readonly (readonly [network: number, prefix: number])[] = [
  [0x0a000000, 8],
  [0xac100000, 12],
  [0xc0a80000, 16],
];

/** AWS takes /16 to /28 for VPCs; from /25 on, a sixteenth is less than the /28 that a subnet needs. */
function isVpcCidr(cidr: string): boolean {
  const [, a, b, c, d, prefix] = (
    /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\/(\d{2})$/.exec(cidr) ?? []
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
