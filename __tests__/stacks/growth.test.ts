import type { EnvironmentInput } from "../../environments";
import { complete, completeBootstrap } from "../support/fixture-environment";
import { existingNetwork, ownNetwork, synthesize, USER } from "../support/synth";

const { environments: _, ...github } = completeBootstrap.github ?? { repository: "" };
const bootstrap = { ...completeBootstrap, github };
const made = { users: { app: USER } };
const adopted: EnvironmentInput["databases"][string] = {
  source: "existing",
  engine: "postgres",
  identifier: "zebra",
  host: "zebra.abcdefghijkl.eu-west-1.rds.amazonaws.com",
  port: 5432,
  securityGroupId: "sg-0a1b2c3d4e5f60719",
  users: { app: { secretArn: "arn:aws:secretsmanager:eu-west-1:111122223333:secret:zebra/app-AbCdEf" } },
};

test.each<[name: string, environment: EnvironmentInput]>([
  ["a VPC of its own", ownNetwork()],
  ["a VPC with an endpoint", existingNetwork()],
  ["a VPC with a group for the endpoint's clients", existingNetwork({}, "client-group")],
  ["a VPC with NAT", existingNetwork({}, "nat")],
  ["every option", complete],
])("in an environment with %s a new database, made or adopted, changes no other stack", (_, environment) => {
  // given
  const before = synthesize({ test: environment }, bootstrap);

  // when: before and after the others
  const databases = { another: made, ...environment.databases, zebra: adopted };
  const after = synthesize({ test: { ...environment, databases } }, bootstrap);

  // then
  const stacks = [...after.files.keys()].filter((file) => file.startsWith("stacks/"));
  expect(stacks.filter((file) => !before.files.has(file))).toEqual([
    "stacks/test-another/cdk.tf.json",
    "stacks/test-zebra/cdk.tf.json",
  ]);
  const changed = [...before.files].filter(([file, bytes]) => !after.files.get(file)?.equals(bytes));
  expect(changed.map(([file]) => file)).toEqual(["manifest.json"]);
});
