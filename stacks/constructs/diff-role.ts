import type { Construct } from "constructs";
import type { Environment } from "../../environments";
import type { Location } from "../location";
import { readOfBootstrap } from "../permissions/bootstrap-reads";
import { statementIn } from "../permissions/permission";
import { readOfThisAccount, scopedReads } from "../permissions/read-actions";
import { DENY_SECRET_VALUES } from "../permissions/secret-denials";
import { readStates } from "../permissions/states";
import { PROJECT } from "../project-stack";
import { CiRole } from "./ci-role";
import type { StateBucket } from "./state-bucket";

export interface DiffRoleProps {
  readonly location: Location;
  readonly bucket: StateBucket;
  readonly trustPolicy: string;
}

/** Reads what a plan reads, and no secret's value; writes nothing, so plans under it run with -lock=false. */
export class DiffRole extends CiRole {
  readonly #location: Location;

  constructor(scope: Construct, id: string, { location, bucket, trustPolicy }: DiffRoleProps) {
    super(scope, id, { name: "diff", description: "Plans every stack, and changes nothing", trustPolicy });
    this.#location = location;
    this.allow("read-account", "diff-account", "What a plan reads: account", [
      readOfThisAccount(),
      ...readStates({ location, bucket, keys: `${PROJECT}/*` }),
      ...readOfBootstrap({ location, bucket }),
      ...DENY_SECRET_VALUES,
    ]);
  }

  /** Lets it plan an environment's stacks. @returns ARN of the policy, for who deploys them */
  plan(environment: Environment): string {
    const { name } = environment;
    const reads = scopedReads().map((read) => statementIn(this.#location, environment, read));
    return this.allow(`read-${name}`, `diff-${name}`, `What a plan reads: ${name}`, reads);
  }
}
