import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { SecretsmanagerSecretRotation } from "@cdktf/provider-aws/lib/secretsmanager-secret-rotation";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { UserSettings } from "../../environments";
import { MAIN } from "../environment-stack";
import type { Location } from "../location";
import type { RotationFunction } from "./rotation-function";

export interface RotationScheduleProps {
  readonly location: Location;
  readonly secret: { readonly id: string; readonly arn: string };
  readonly function: RotationFunction;
  readonly rotation: UserSettings["rotation"];
  /** What has to stand before it can be rotated: Secrets Manager tries as soon as there is a schedule. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Lets Secrets Manager rotate one secret with the function, on a schedule. */
export class RotationSchedule extends Construct {
  constructor(scope: Construct, id: string, props: RotationScheduleProps) {
    super(scope, id);
    const { secret, rotation } = props;
    const permission = new LambdaPermission(this, "permission", {
      statementId: id,
      functionName: props.function.functionName,
      action: "lambda:InvokeFunction",
      principal: "secretsmanager.amazonaws.com",
      // Against a confused deputy: this account's Secrets Manager, and for this secret.
      sourceAccount: props.location.accountId,
      sourceArn: secret.arn,
    });
    new SecretsmanagerSecretRotation(this, MAIN, {
      secretId: secret.id,
      rotationLambdaArn: props.function.arn,
      rotateImmediately: rotation.immediately,
      rotationRules: { scheduleExpression: rotation.schedule, duration: rotation.window },
      dependsOn: [permission, ...props.dependsOn],
    });
  }
}
