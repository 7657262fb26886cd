import type { Construct } from "constructs";
import type { Environment } from "../../environments";
import type { Location } from "../location";
import { statementIn } from "../permissions/permission";
import { readOfThisAccount } from "../permissions/read-actions";
import { DENY_SECRET_VALUES_TO_MAKERS } from "../permissions/secret-denials";
import { readStates, writeStates } from "../permissions/states";
import { scopedWrites } from "../permissions/write-actions";
import { PROJECT } from "../project-stack";
import { CiRole } from "./ci-role";
import type { StateBucket } from "./state-bucket";

/** A database with a standby takes half an hour, and Lambda lets go of a security group within 45 minutes. */
const MOST_HOURS = 2;

export interface DeployRoleProps {
  readonly location: Location;
  readonly bucket: StateBucket;
  readonly environment: Environment;
  /** ARN of the policy that reads what the environment's stacks declare. */
  readonly reads: string;
  readonly trustPolicy: string;
}

/** Deploys and destroys one environment's stacks, reads no secret's value, and gives no role more than the boundary. */
export class DeployRole extends CiRole {
  constructor(scope: Construct, id: string, props: DeployRoleProps) {
    const { location, bucket, environment, reads, trustPolicy } = props;
    const { name } = environment;
    super(scope, id, {
      name: `deploy-${name}`,
      description: `Deploys ${name}`,
      trustPolicy,
      mostHours: MOST_HOURS,
    });
    const states = { location, bucket, keys: `${PROJECT}/${name}-*.tfstate` };
    this.allow("state", `deploy-${name}-state`, `State of ${name}`, [
      readOfThisAccount(),
      ...readStates(states),
      ...writeStates(states),
      ...DENY_SECRET_VALUES_TO_MAKERS,
    ]);
    this.attach("read", reads);
    for (const [policy, writes] of scopedWrites()) {
      this.allow(
        `write-${policy}`,
        `deploy-${name}-${policy}`,
        `What a deployment of ${name} writes: ${policy}`,
        writes.map((write) => statementIn(location, environment, write)),
      );
    }
  }
}
