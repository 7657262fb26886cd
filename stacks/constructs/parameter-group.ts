import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import type { Construct } from "constructs";
import type { DatabaseSettings } from "../../environments";
import { ENGINES, majorVersion } from "../../environments/engines";

export interface ParameterGroupProps {
  /** Of the instance. */
  readonly identifier: string;
  readonly settings: DatabaseSettings;
}

/** An instance's parameters: TLS only, the engine's safest way to store passwords, logs that can be exported. */
export class ParameterGroup extends DbParameterGroup {
  constructor(scope: Construct, id: string, { identifier, settings }: ParameterGroupProps) {
    const engine = ENGINES[settings.engine];
    const family = `${settings.engine}${majorVersion(engine, settings.engineVersion)}`;
    super(scope, id, {
      // A family is for good, and an instance holds on to its group: a major upgrade needs both at once.
      name: `${identifier}-${family.replaceAll(".", "-")}`,
      family,
      description: `Parameters of ${identifier}`,
      // "immediate" is refused for static parameters, and never ends to differ for values that are the
      // default: https://github.com/hashicorp/terraform-provider-aws/issues/39252
      parameter: [
        ...Object.entries(engine.parameters).map(([name, value]) => ({
          name,
          value,
          applyMethod: "pending-reboot",
        })),
        ...Object.entries(settings.parameters).map(([name, { value, apply }]) => ({
          name,
          value,
          applyMethod: apply,
        })),
      ],
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
