import { SCHEDULE_MUST_BE } from "../../environments/schedule";
import { app, orders, problemsOf, withValue } from "../support/configuration";
import { ownNetwork } from "../support/synth";

test("all problems of all environments are reported at once, sorted", () => {
  // given
  const staging = withValue(["region"], "mars", withValue(app("rotation"), { schedule: "rate(1 hour)" }));
  const dev = withValue(orders("port"), 1);

  // when
  const problems = problemsOf({ staging, dev }, { STATE_BACKEND: "gcs" });

  // then
  expect(problems).toEqual([
    'STATE_BACKEND must be "local" or not set, got "gcs"',
    `environments/dev: databases.orders.port must be a port from 1150 to 65535, got 1`,
    `environments/staging: databases.orders.users.app.rotation.schedule ${SCHEDULE_MUST_BE}, got "rate(1 hour)"`,
    'environments/staging: region must be an AWS region such as eu-west-1, got "mars"',
  ]);
});

test("what contains itself is refused like anything else", () => {
  const tags: Record<string, unknown> = { password: "hunter2" };
  tags.owner = tags;
  expect(problemsOf({ dev: withValue(["tags"], tags) })).toEqual([
    "environments/dev: tags.owner must be a tag's value of at most 256 letters, digits, spaces, _, ., :, /, =, +, - and @, " +
      "got an object that JSON cannot hold",
  ]);
});

test.each(["Dev", "dev-eu", "1dev", "development-1", "averylongnames", "bootstrap", "__proto__"])(
  "%s is no name for an environment",
  (name) => {
    expect(problemsOf({ [name]: ownNetwork() })).toEqual([
      `environments/${name}: the name must be 1 to 12 lower-case letters and digits, beginning with a letter, neither account nor bootstrap, ` +
        `got "${name}"`,
    ]);
  },
);
