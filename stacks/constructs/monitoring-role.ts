import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { MAIN } from "../environment-stack";
import type { Location } from "../location";
import { policyDocument } from "../policy-document";

/**
 * Where RDS writes the measurements of all instances of an account and region, a stream an instance. Shared, so
 * no stack can declare it.
 */
const LOG_GROUP = "RDSOSMetrics";

export interface MonitoringRoleProps {
  readonly location: Location;
  /** Of the instance; at most 53 characters. */
  readonly identifier: string;
}

/**
 * What RDS needs to write down one instance's operating system: AWS's own policy, AmazonRDSEnhancedMonitoringRole,
 * without the other log groups that begin with RDS.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
 */
export class MonitoringRole extends Construct {
  readonly arn: string;
  /** Needed before RDS takes the role. */
  readonly permissions: ITerraformDependable;

  constructor(scope: Construct, id: string, { location, identifier }: MonitoringRoleProps) {
    super(scope, id);
    const role = new IamRole(this, MAIN, {
      name: `${identifier}-monitoring`,
      description: `Measurements of ${identifier}`,
      assumeRolePolicy: policyDocument([
        {
          Sid: "EnhancedMonitoring",
          Effect: "Allow",
          Principal: { Service: "monitoring.rds.amazonaws.com" },
          Action: "sts:AssumeRole",
          // Against a confused deputy: for this instance of this account.
          Condition: {
            ArnEquals: { "aws:SourceArn": location.arn("rds", `db:${identifier}`) },
            StringEquals: { "aws:SourceAccount": location.accountId },
          },
        },
      ]),
    });
    this.arn = role.arn;
    this.permissions = new IamRolePolicy(this, "measurements", {
      name: "measurements",
      role: role.name,
      policy: policyDocument([
        {
          Sid: "ManageLogGroup",
          Effect: "Allow",
          Action: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"],
          Resource: location.arn("logs", `log-group:${LOG_GROUP}`),
        },
        {
          // Streams are named after the instance's resource id, which only RDS knows.
          Sid: "WriteMeasurements",
          Effect: "Allow",
          Action: [
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:GetLogEvents",
            "logs:PutLogEvents",
          ],
          Resource: location.arn("logs", `log-group:${LOG_GROUP}:log-stream:*`),
        },
      ]),
    });
  }
}
