import { DataAwsSecurityGroup } from "@cdktf/provider-aws/lib/data-aws-security-group";
import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { DataAwsVpcEndpoint } from "@cdktf/provider-aws/lib/data-aws-vpc-endpoint";
import { Construct } from "constructs";
import type { ExistingNetworkSettings } from "../../environments";
import type { Location } from "../location";

/**
 * Looks up what the configuration says of a VPC that exists, so that a plan fails where an id is of another VPC,
 * not an apply halfway through. Reads only; nothing refers to it.
 */
export class ExistingNetworkCheck extends Construct {
  constructor(scope: Construct, id: string, location: Location, settings: ExistingNetworkSettings) {
    super(scope, id);
    const { vpcId, subnetIds, secretsManager } = settings;
    for (const subnetId of subnetIds) new DataAwsSubnet(this, subnetId, { id: subnetId, vpcId });
    if (secretsManager.through === "nat") return;
    new DataAwsSecurityGroup(this, "secretsmanager-group", { id: secretsManager.securityGroupId, vpcId });
    new DataAwsVpcEndpoint(this, "secretsmanager-endpoint", {
      vpcId,
      serviceName: `com.amazonaws.${location.region}.secretsmanager`,
      state: "available",
    });
  }
}
