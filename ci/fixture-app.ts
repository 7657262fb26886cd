/** The app of the environment that uses every option, for ci/offline-terraform.sh. */
import { complete, completeBootstrap } from "../__tests__/support/fixture-environment";
import { loadEnvironments } from "../environments";
import { loadBootstrap } from "../environments/load-bootstrap";
import { synthesize } from "../stacks/synthesize";

const environments = loadEnvironments({ complete });
synthesize(environments, loadBootstrap(environments, completeBootstrap));
