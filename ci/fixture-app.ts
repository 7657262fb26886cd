/** The app of the environment that uses every option, for ci/offline-terraform.sh. */
import { App } from "cdktf";
import { complete, completeBootstrap } from "../__tests__/support/fixture-environment";
import { loadEnvironments } from "../environments";
import { loadBootstrap } from "../environments/load-bootstrap";
import { BootstrapStack } from "../stacks/bootstrap-stack";
import { addEnvironment } from "../stacks/environment";

const app = new App();
const environments = loadEnvironments({ complete });
const bootstrap = loadBootstrap(environments, completeBootstrap);
if (bootstrap !== undefined) new BootstrapStack(app, bootstrap);
for (const environment of environments) addEnvironment(app, environment);
app.synth();
