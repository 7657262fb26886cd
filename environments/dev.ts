import type { EnvironmentInput } from "./schema";

/** For developers: small, in a VPC of its own. */
export const dev = {
  region: "eu-west-1",
  network: { type: "own", cidr: "10.20.0.0/16" },
  databases: {
    orders: {
      tier: "development",
      users: {
        app: {
          grants: [{ privilege: "readwrite", schema: "public" }],
          rotation: { schedule: "rate(30 days)", window: "3h" },
        },
        reports: {
          strategy: "alternating-users",
          grants: [{ privilege: "readonly", schema: "public" }],
          rotation: { schedule: "cron(0 2 1 * ? *)", window: "3h" },
        },
      },
    },
  },
} satisfies EnvironmentInput;
