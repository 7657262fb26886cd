import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Construct } from "constructs";
import { MAIN } from "../environment-stack";
import type { Location } from "../location";
import type { Network } from "../network";
import { type PolicyStatement, policyDocument } from "../policy-document";

/** A secret, and the key that encrypts it. */
export interface EncryptedSecret {
  readonly arn: string;
  /** @default aws/secretsmanager, whose policy lets in whoever may use the secret */
  readonly kmsKeyArn?: string | undefined;
}

export interface RotationRoleProps {
  readonly location: Location;
  readonly network: Network;
  /** The only function that is meant to have the role. Its name, since the function needs the role first. */
  readonly functionName: string;
  readonly logGroupArn: string;
  /** What it rotates. */
  readonly secrets: readonly EncryptedSecret[];
  /** What it creates and repairs users with. @default nothing */
  readonly adminSecret?: EncryptedSecret | undefined;
}

/** What one database's rotation function may do, and nothing of any other database's. */
export class RotationRole extends Construct {
  readonly arn: string;
  /** Needed for the function to be created: its network and its logs. */
  readonly execution: IamRolePolicy;
  /** Needed for the function to work: its secrets. */
  readonly secrets: IamRolePolicy;

  constructor(scope: Construct, id: string, props: RotationRoleProps) {
    super(scope, id);
    const role = new IamRole(this, MAIN, {
      name: props.functionName,
      description: `Rotation function ${props.functionName}`,
      assumeRolePolicy: policyDocument([
        {
          Sid: "Lambda",
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ]),
    });
    this.arn = role.arn;
    this.execution = new IamRolePolicy(this, "execution", {
      name: "execution",
      role: role.name,
      policy: policyDocument([logStatement(props), ...networkStatements(props)]),
    });
    this.secrets = new IamRolePolicy(this, "secrets", {
      name: "secrets",
      role: role.name,
      policy: policyDocument(secretStatements(props)),
    });
  }
}

/** No logs:CreateLogGroup: the group is declared. */
function logStatement({ logGroupArn }: RotationRoleProps): PolicyStatement {
  return {
    Sid: "WriteLogs",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logGroupArn}:log-stream:*`,
  };
}

/**
 * Lambda itself uses these to put the function into the VPC; the function's code is denied them.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions
 */
function networkStatements({ location, network, functionName }: RotationRoleProps): PolicyStatement[] {
  return [
    {
      // EC2 knows no resources for these. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
      Sid: "FindNetworkInterfaces",
      Effect: "Allow",
      Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
      Resource: "*",
    },
    {
      // In these subnets only. The group is not named: it has to outlive this policy, or its deletion would
      // wait for network interfaces that Lambda may no longer delete.
      Sid: "CreateNetworkInterfaces",
      Effect: "Allow",
      Action: "ec2:CreateNetworkInterface",
      Resource: [
        location.arn("ec2", "network-interface/*"),
        location.arn("ec2", "security-group/*"),
        ...network.subnetIds.map((subnet) => location.arn("ec2", `subnet/${subnet}`)),
      ],
    },
    {
      // Lambda asks for permission on all resources before there is an interface: with a narrower resource it
      // refuses the role. https://github.com/hashicorp/terraform-provider-aws/issues/20698
      // Once there is one, it has to be in this VPC.
      Sid: "ManageNetworkInterfaces",
      Effect: "Allow",
      Action: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:DeleteNetworkInterface",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: location.arn("ec2", "*/*"),
      Condition: { ArnEqualsIfExists: { "ec2:Vpc": location.arn("ec2", `vpc/${network.vpcId}`) } },
    },
    {
      // The statement AWS recommends against code that has taken over the function.
      Sid: "DenyNetworkToFunctionCode",
      Effect: "Deny",
      Action: [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:UnassignPrivateIpAddresses",
      ],
      Resource: "*",
      Condition: {
        ArnEquals: { "lambda:SourceFunctionArn": location.arn("lambda", `function:${functionName}`) },
      },
    },
  ];
}

function secretStatements({ location, secrets, adminSecret }: RotationRoleProps): PolicyStatement[] {
  const admins = adminSecret === undefined ? [] : [adminSecret];
  return [
    {
      Sid: "RotateSecrets",
      Effect: "Allow",
      Action: [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        // Versions without a label, from which a lost password may be recovered.
        "secretsmanager:ListSecretVersionIds",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
      ],
      Resource: secrets.map(({ arn }) => arn),
    },
    ...admins.map(
      ({ arn }): PolicyStatement => ({
        Sid: "ReadAdminSecret",
        Effect: "Allow",
        Action: "secretsmanager:GetSecretValue",
        Resource: arn,
      }),
    ),
    // AWS's example has kms:DescribeKey too, which has no encryption context and so would never match.
    ...keyStatements(location, "EncryptSecrets", ["kms:Decrypt", "kms:GenerateDataKey"], secrets),
    ...keyStatements(location, "DecryptAdminSecret", "kms:Decrypt", admins),
  ];
}

/**
 * Secrets Manager calls KMS in the function's name, with the secret's ARN as context; never the function.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html#security-encryption-encryption-context
 * @returns none where AWS's own key encrypts all of them
 */
function keyStatements(
  location: Location,
  sid: string,
  action: PolicyStatement["Action"],
  secrets: readonly EncryptedSecret[],
): PolicyStatement[] {
  const encrypted = secrets.filter(({ kmsKeyArn }) => kmsKeyArn !== undefined);
  const [key, ...others] = [...new Set(encrypted.flatMap(({ kmsKeyArn }) => kmsKeyArn ?? []))];
  if (key === undefined) return [];
  return [
    {
      Sid: sid,
      Effect: "Allow",
      Action: action,
      Resource: others.length === 0 ? key : [key, ...others],
      Condition: {
        StringEquals: {
          "kms:EncryptionContext:SecretARN": encrypted.map(({ arn }) => arn),
          "kms:ViaService": location.endpoint("secretsmanager"),
        },
      },
    },
  ];
}
