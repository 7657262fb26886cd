import { problemsOf } from "../support/configuration";
import { documentedEnvironments } from "../support/documented-environment";

test("the environment in docs/adopting.md is right as it stands there", () => {
  const environments = documentedEnvironments("docs/adopting.md");
  expect(environments).toMatchObject({ legacy: { databases: { ledger: { source: "existing" } } } });
  expect(problemsOf(environments)).toEqual([]);
});
