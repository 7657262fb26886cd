import type { EnvironmentInput } from "./schema";

/** As production will be, in a VPC that exists. The ids stand for your own. */
export const staging = {
  region: "eu-west-1",
  network: {
    type: "existing",
    vpcId: "vpc-0a1b2c3d4e5f60718",
    subnetIds: ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"],
    secretsManager: { through: "endpoint", securityGroupId: "sg-0a1b2c3d4e5f60719" },
  },
  databases: {
    orders: {
      tier: "production",
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
