import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import type { FlowLogSettings } from "../../environments";
import { MAIN } from "../environment-stack";
import type { Location } from "../location";
import { policyDocument } from "../policy-document";
import { EncryptedLogGroup } from "./encrypted-log-group";
import { EncryptionKey } from "./encryption-key";

export interface FlowLogsProps {
  readonly location: Location;
  /** Name of the VPC: of the role, the key's alias and, below /aws/vpc/, the log group. */
  readonly name: string;
  readonly vpcId: string;
  readonly settings: FlowLogSettings;
}

/** Who connected to whom in a VPC, in a log group under a key of its own. */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, { location, name, vpcId, settings }: FlowLogsProps) {
    super(scope, id);
    const logGroupName = `/aws/vpc/${name}/flow-logs`;
    const key = new EncryptionKey(this, "key", {
      location,
      alias: `${name}-flow-logs`,
      description: `Flow logs of ${name}`,
      deletionWindowDays: settings.keyDeletionWindowDays,
      logGroupNames: [logGroupName],
    });
    const logGroup = new EncryptedLogGroup(this, "log", {
      name: logGroupName,
      key,
      retentionDays: settings.logRetentionDays,
    });
    const role = new IamRole(this, "role", {
      name: `${name}-flow-logs`,
      description: `Flow logs of ${name}`,
      // The conditions keep the service from being made to write here for somebody else.
      // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
      assumeRolePolicy: policyDocument([
        {
          Sid: "FlowLogs",
          Effect: "Allow",
          Principal: { Service: "vpc-flow-logs.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: {
            ArnLike: { "aws:SourceArn": location.arn("ec2", "vpc-flow-log/*") },
            StringEquals: { "aws:SourceAccount": location.accountId },
          },
        },
      ]),
    });
    const policy = new IamRolePolicy(this, "policy", {
      name: "write-logs",
      role: role.name,
      // No logs:CreateLogGroup: the group is declared. The service looks for it among all, which takes no resource.
      policy: policyDocument([
        {
          Sid: "FindLogGroup",
          Effect: "Allow",
          Action: "logs:DescribeLogGroups",
          Resource: "*",
        },
        {
          Sid: "WriteLogs",
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          Resource: location.arn("logs", `log-group:${logGroupName}:*`),
        },
      ]),
    });
    new FlowLog(this, MAIN, {
      vpcId,
      trafficType: settings.traffic,
      logDestinationType: "cloud-watch-logs",
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      tags: { Name: name },
      dependsOn: [policy],
    });
  }
}
