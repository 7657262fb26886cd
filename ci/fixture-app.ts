/** The app of the environment that uses every option, for ci/offline-terraform.sh. */
import { App } from "cdktf";
import { complete, completeBootstrap } from "../__tests__/support/fixture-environment";
import { loadEnvironments } from "../environments";
import { loadBootstrap } from "../environments/load-bootstrap";
import { addStacks } from "../stacks/stacks";

const app = new App();
const environments = loadEnvironments({ complete });
const bootstrap = loadBootstrap(environments, completeBootstrap);
addStacks(app, environments, bootstrap);
app.synth();
