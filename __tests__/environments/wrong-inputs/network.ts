import { existingNetwork } from "../../support/synth";
import { wrongInputs } from "../../support/wrong-inputs";

export const network = [
  ...wrongInputs(
    [
      [["vpcId"], "my-vpc", 'vpcId must be a VPC id, vpc-…, got "my-vpc"'],
      [
        ["subnetIds"],
        ["subnet-0a1b2c31"],
        'subnetIds must be 2 to 6 subnet ids, each once, got ["subnet-0a1b2c31"]',
      ],
      [
        ["secretsManager"],
        { through: "proxy" },
        'secretsManager.through must be "endpoint", "client-group" or "nat", got "proxy"',
      ],
      [
        ["secretsManager"],
        { through: "endpoint" },
        "secretsManager.securityGroupId must be a security group id, sg-…, got nothing",
      ],
    ],
    { environment: existingNetwork(), at: ["network"] },
  ),
  ...wrongInputs(
    [
      [["ipv6"], "yes", 'ipv6 must be true or false, got "yes"'],
      [
        ["flowLogs"],
        { traffic: "DROP" },
        'flowLogs.traffic must be "ALL" or "ACCEPT" or "REJECT", got "DROP"',
      ],
      [
        ["flowLogs"],
        { keyDeletionWindowDays: 3 },
        "flowLogs.keyDeletionWindowDays must be a whole number of days from 7 to 30, got 3",
      ],
    ],
    { at: ["network"] },
  ),
];
