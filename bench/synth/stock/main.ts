import * as aws from "@cdktf/provider-aws";
import { App, AssetType, TerraformAsset, TerraformStack } from "cdktf";

// One database as `cdktf init` and the provider's documentation lead to: the whole provider imported, the template's
// ts-node, the function's folder as an archive of cdktf's. What is measured is the way, so its policies are short.

class DatabaseStack extends TerraformStack {
  constructor(app: App, id: string) {
    super(app, id);
    new aws.provider.AwsProvider(this, "aws", { region: "eu-west-1" });
    const key = new aws.kmsKey.KmsKey(this, "key", { enableKeyRotation: true });
    const group = new aws.securityGroup.SecurityGroup(this, "group", { vpcId: "vpc-0a1b2c3d" });
    const subnets = new aws.dbSubnetGroup.DbSubnetGroup(this, "subnets", {
      subnetIds: ["subnet-0a1b2c31", "subnet-0a1b2c32"],
    });
    const instance = new aws.dbInstance.DbInstance(this, "instance", {
      identifier: "orders",
      engine: "postgres",
      engineVersion: "17",
      instanceClass: "db.t4g.micro",
      allocatedStorage: 20,
      username: "rotation_admin",
      manageMasterUserPassword: true,
      storageEncrypted: true,
      kmsKeyId: key.arn,
      dbSubnetGroupName: subnets.name,
      vpcSecurityGroupIds: [group.id],
    });
    const code = new TerraformAsset(this, "code", {
      path: process.env.LAMBDA_FOLDER ?? "lambda",
      type: AssetType.ARCHIVE,
    });
    const role = new aws.iamRole.IamRole(this, "role", {
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
        ],
      }),
    });
    const rotation = new aws.lambdaFunction.LambdaFunction(this, "rotation", {
      functionName: "orders-rotation",
      filename: code.path,
      sourceCodeHash: code.assetHash,
      handler: "index.handler",
      runtime: "nodejs24.x",
      role: role.arn,
      vpcConfig: { subnetIds: subnets.subnetIds, securityGroupIds: [group.id] },
    });
    for (const user of ["app", "reports"]) {
      const secret = new aws.secretsmanagerSecret.SecretsmanagerSecret(this, `secret-${user}`, {
        name: `orders/${user}`,
        description: `Login of ${user} on ${instance.identifier}`,
        kmsKeyId: key.arn,
      });
      new aws.lambdaPermission.LambdaPermission(this, `permission-${user}`, {
        functionName: rotation.functionName,
        action: "lambda:InvokeFunction",
        principal: "secretsmanager.amazonaws.com",
        sourceArn: secret.arn,
      });
      new aws.secretsmanagerSecretRotation.SecretsmanagerSecretRotation(this, `rotation-${user}`, {
        secretId: secret.id,
        rotationLambdaArn: rotation.arn,
        rotationRules: { scheduleExpression: "rate(30 days)" },
      });
    }
  }
}

const app = new App();
new DatabaseStack(app, "orders");
app.synth();
