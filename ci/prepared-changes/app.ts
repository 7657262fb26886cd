/** The app of a small environment, for ci/prepared-changes.ts, which edits it as a pull request would. */
import { App } from "cdktf";
import { type EnvironmentInput, loadEnvironments } from "../../environments";
import { addEnvironment } from "../../stacks/environment";

const shop: EnvironmentInput = {
  region: "eu-west-1",
  network: { type: "own", cidr: "10.40.0.0/16" },
  databases: {
    orders: {
      tier: "development",
      users: {
        app: {
          grants: [{ privilege: "readwrite", schema: "public" }],
          rotation: { schedule: "rate(30 days)", window: "3h" },
        },
      },
    },
  },
};

const app = new App();
for (const environment of loadEnvironments({ shop })) addEnvironment(app, environment);
app.synth();
