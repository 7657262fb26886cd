import type { Declaration } from "../../../stacks/guard-rails/rule";
import { tagging } from "../../../stacks/guard-rails/tagging";
import { problemsWith } from "../../support/violations";

const TAGS = { project: "rds-secret-rotation", environment: "complete", "managed-by": "terraform" };

test.each<[address: string, attributes: Declaration["attributes"], problems: string[]]>([
  [
    "provider.aws",
    { default_tags: undefined },
    ["project", "environment", "managed-by"].map((tag) => `default_tags.${tag} must be set, got nothing`),
  ],
  [
    "provider.aws",
    { default_tags: [{ tags: { ...TAGS, environment: "" } }] },
    ['default_tags.environment must be set, got ""'],
  ],
  [
    "aws_security_group.rotation_security-group",
    { tags: { environment: "another" } },
    [`tags.environment must be left to the provider's default tags, got "another"`],
  ],
])("%s with %j is refused", (address, attributes, problems) => {
  expect(problemsWith(tagging, "orders", address, attributes)).toEqual(
    problems.map((problem) => `${address} ${problem}`),
  );
});

test("default tags, and a resource's own besides them, are right", () => {
  const attributes = { default_tags: [{ tags: { ...TAGS, owner: "platform" } }] };
  expect(problemsWith(tagging, "orders", "provider.aws", attributes)).toEqual([]);
});
