import { problemsOf } from "../support/configuration";
import { existingNetwork } from "../support/synth";

test("more databases than an endpoint's security group has rules need another way", () => {
  const { databases, ...rest } = existingNetwork();
  const many = Object.fromEntries(
    Array.from({ length: 61 }, (_, index) => [`db-${index}`, databases.orders]),
  );
  expect(problemsOf({ dev: { ...rest, databases: many } })).toEqual([
    'environments/dev: network.secretsManager.through must be "client-group" or "nat" for more than 60 databases, ' +
      'as many as a security group has rules, got "endpoint"',
  ]);
});
