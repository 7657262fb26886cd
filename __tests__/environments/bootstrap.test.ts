import { loadEnvironments } from "../../environments";
import { loadBootstrap } from "../../environments/load-bootstrap";
import { ConfigurationError } from "../../environments/problems";
import { type Path, withValue } from "../support/configuration";
import { readProjectFile } from "../support/documented-commands";
import { documentedEnvironments } from "../support/documented-environment";
import { ownNetwork } from "../support/synth";

const VALID = {
  region: "eu-west-1",
  bucket: "example-terraform-state",
  github: { repository: "example/databases" },
};
const environments = loadEnvironments(
  { dev: ownNetwork(), live: { ...ownNetwork(), accountId: "111122223333" } },
  {},
);
const load = (input: unknown, variables = {}) => loadBootstrap(environments, input, variables);

function problemsOf(input: unknown): readonly string[] {
  try {
    load(input);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

test("nothing is made unless it is configured, and nothing is as shipped", () => {
  expect(load(undefined)).toBeUndefined();
});

test("three values are enough", () => {
  expect(load(VALID)).toEqual({
    ...VALID,
    stateBackend: { type: "local" },
    oldVersionDays: 90,
    tags: {},
    github: { repository: "example/databases", branch: "main" },
    deployed: environments,
  });
});

test("without GitHub there is the bucket only", () => {
  const { github: _, ...bucket } = VALID;
  expect(load(bucket)?.deployed).toEqual([]);
});

test("CI deploys the environments that are named", () => {
  const deployed = load(withValue(["github", "environments"], ["live"], VALID))?.deployed;
  expect(deployed?.map(({ name }) => name)).toEqual(["live"]);
});

test("STATE_BACKEND=local keeps its state in a file too", () => {
  const shared = { ...VALID, stateBackend: { type: "s3", bucket: VALID.bucket, region: VALID.region } };
  expect(load(shared)?.stateBackend).toEqual(shared.stateBackend);
  expect(load(shared, { STATE_BACKEND: "local" })?.stateBackend).toEqual({ type: "local" });
});

test("the documented one is right, with the documented backend too", () => {
  const page = "docs/getting-started-aws.md";
  const { bootstrap } = documentedEnvironments(page);
  expect(problemsOf(bootstrap)).toEqual([]);

  const [, backend = ""] = /^(stateBackend: .*),$/m.exec(readProjectFile(page)) ?? [];
  const keyArn = "arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012";
  const { stateBackend } = new Function(`return { ${backend.replace("<key-arn>", keyArn)} }`)();
  expect(problemsOf({ ...(bootstrap as object), stateBackend })).toEqual([]);
  expect(stateBackend).toMatchObject({ type: "s3", kmsKeyArn: keyArn });
});

const BUCKET =
  "must be the name of an S3 bucket: 3 to 63 lower-case letters, digits, hyphens and single dots, in none of S3's own forms";
const DAYS = "must be a whole number of days from 7 to 3650";
const REPOSITORY = 'must be a repository of GitHub, "owner/repository"';
const BRANCH = "must be a branch: letters, digits, _, ., / and -";
const NAMES = "must be the names of 1 to 9 environments, each once";

test.each<[path: Path, value: unknown, problem: string]>([
  [["region"], "mars", 'region must be an AWS region such as eu-west-1, got "mars"'],
  [["accountId"], "1", 'accountId must be the 12 digits of an AWS account, got "1"'],
  [["stateBackend"], { type: "gcs" }, 'stateBackend.type must be "local" or "s3", got "gcs"'],
  [["bucket"], "Example", `bucket ${BUCKET}, got "Example"`],
  [["bucket"], undefined, `bucket ${BUCKET}, got nothing`],
  [["oldVersionDays"], 6, `oldVersionDays ${DAYS}, got 6`],
  [["oldVersionDays"], 3651, `oldVersionDays ${DAYS}, got 3651`],
  [["github", "repository"], "databases", `github.repository ${REPOSITORY}, got "databases"`],
  // A wildcard would be other repositories' too.
  [["github", "repository"], "example/*", `github.repository ${REPOSITORY}, got "example/*"`],
  [["github", "branch"], "release/*", `github.branch ${BRANCH}, got "release/*"`],
  [["github", "environments"], [], `github.environments ${NAMES}, got []`],
  [["github", "environments"], ["dev", "dev"], `github.environments ${NAMES}, got ["dev","dev"]`],
  [
    ["github", "environments"],
    ["test"],
    'github.environments must be names of environments/, which are dev, live, got "test"',
  ],
  [
    ["accountId"],
    "444455556666",
    'github.environments must be environments of account 444455556666, got "live", which is of 111122223333: an account has a bootstrap of its own',
  ],
  [
    ["github", "oidcProviderArn"],
    "arn:aws:iam::111122223333:oidc-provider/example.com",
    'github.oidcProviderArn must be the ARN of GitHub\'s OIDC provider, arn:aws:iam::<account>:oidc-provider/token.actions.githubusercontent.com, got "arn:aws:iam::111122223333:oidc-provider/example.com"',
  ],
])("%j: %j is refused", (path, value, problem) => {
  expect(problemsOf(withValue(path, value, VALID))).toEqual([`environments/bootstrap: ${problem}`]);
});

test("settings that it does not know are refused", () => {
  expect(problemsOf({ ...VALID, buckets: 2 })).toEqual([
    'environments/bootstrap: the bootstrap must not have "buckets"; it may have region, accountId, stateBackend, bucket, oldVersionDays, tags, github',
  ]);
});

test.each(["account", "bootstrap"])(
  "an environment of the name %s is refused: it would be taken for the bootstrap",
  (name) => {
    expect(() => loadEnvironments({ [name]: ownNetwork() }, {})).toThrow(
      `environments/${name}: the name must be 1 to 12 lower-case letters and digits, beginning with a letter, neither account nor bootstrap, got "${name}"`,
    );
  },
);

test("more environments than a role has policies are refused, named or not", () => {
  const ten = Object.fromEntries([..."abcdefghij"].map((name) => [name, ownNetwork()]));
  expect(() => loadBootstrap(loadEnvironments(ten, {}), VALID, {})).toThrow(
    "environments/bootstrap: github.environments must be the names of 1 to 9 environments, got 10, all of environments/",
  );
});
