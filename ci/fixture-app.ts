/** The app of the environment that uses every option, for ci/offline-terraform.sh. */
import { App } from "cdktf";
import { complete } from "../__tests__/support/fixture-environment";
import { loadEnvironments } from "../environments";
import { addEnvironment } from "../stacks/environment";

const app = new App();
for (const environment of loadEnvironments({ complete })) addEnvironment(app, environment);
app.synth();
