import { app, orders } from "../../support/configuration";
import { secretNamed } from "../../support/existing-database";
import { ownNetwork, USER } from "../../support/synth";
import { type WrongInput, wrongInputs } from "../../support/wrong-inputs";

const NAME = "must be 1 to 40 lower-case letters, digits and single hyphens, beginning with a letter";
const SCHEDULE =
  "must be rate(N hours), rate(1 day) or rate(N days) of at least 4 hours and at most 999 days, or a six-field " +
  "cron(...) that starts on the hour, at most every 4 hours: cron(0 hours day-of-month month day-of-week *), one of " +
  "the days being ?";
const BUCKET =
  "must be the name of an S3 bucket: 3 to 63 lower-case letters, digits, hyphens and single dots, in none of S3's own forms";
const ENVIRONMENT =
  "the environment must be an object with region, accountId, stateBackend, network, monitoring, tags, databases";
const TAG = "must be a tag's value of at most 256 letters, digits, spaces, _, ., :, /, =, +, - and @";
const TAG_KEY = "tags: each name must be a tag's key that is not taken by AWS or by the stacks";
const GROUP = "clientSecurityGroupIds.0 must be a security group id, sg-…";
const OTHERS = "other things of the environment have these names";
const ROLE =
  "must be a PostgreSQL role of 1 to 63 lower-case letters, digits, _, $ and -, beginning with a letter or _, not with " +
  "pg_ or rds, and not none or public";

/** As JSON.parse makes it: a name, where an object in the source would get a prototype. */
const proto = (value: unknown) => JSON.parse(`{ "__proto__": ${JSON.stringify(value)} }`);

const bucket = (name: string) => ({ type: "s3", bucket: name, region: "eu-west-1" });
const schedule = (expression: string) =>
  [
    app("rotation"),
    { schedule: expression },
    `${app("rotation").join(".")}.schedule ${SCHEDULE}, got "${expression}"`,
  ] as const;

/** Configurations as nobody means them: slips of the hand, units, limits, names that mean something to a program. */
export const odd: readonly WrongInput[] = [
  ...wrongInputs([
    [[], null, `${ENVIRONMENT}, got null`],
    [[], [], `${ENVIRONMENT}, got []`],
    [["region"], "EU-WEST-1", 'region must be an AWS region such as eu-west-1, got "EU-WEST-1"'],
    [["region"], "eu-west-1\n", 'region must be an AWS region such as eu-west-1, got "eu-west-1\\n"'],
    [
      ["re\ngion"],
      1,
      'the environment must not have "re\\ngion"; it may have region, accountId, stateBackend, network, monitoring, tags, databases',
    ],
    [
      ["network", "cidr"],
      "010.20.0.0/16",
      'network.cidr must be the CIDR block of a private network from /16 to /24, such as 10.20.0.0/16, got "010.20.0.0/16"',
    ],
    ...["a..b", "192.168.0.1", "xn--states", "states-s3alias"].map(
      (name) => [["stateBackend"], bucket(name), `stateBackend.bucket ${BUCKET}, got "${name}"`] as const,
    ),
    [
      ["stateBackend"],
      { ...bucket("states"), kmsKeyArn: "arn:aws:kms:us-east-1:111122223333:alias/states" },
      'stateBackend.kmsKeyArn must be the ARN of a KMS key in eu-west-1, where the bucket is, got "arn:aws:kms:us-east-1:111122223333:alias/states"',
    ],
    [["tags"], { Environment: "x" }, `${TAG_KEY}, got "Environment"`],
    [["tags"], { "AWS:owner": "x" }, `${TAG_KEY}, got "AWS:owner"`],
    [["tags"], { Größe: "x" }, `${TAG_KEY}, got "Größe"`],
    [["tags"], { cost: 12 }, `tags.cost ${TAG}, got 12`],
    [["tags"], { owner: "a\tb" }, `tags.owner ${TAG}, got "a\\tb"`],
    [
      ["tags"],
      { owner: "a", Owner: "b" },
      'tags must have keys that differ in more than their case, got {"owner":"a","Owner":"b"}',
    ],
    [["tags"], proto("x"), "tags.__proto__ must not be a name"],
    [
      ["databases"],
      [USER],
      'databases must be databases by name, got [{"grants":[{"privilege":"readonly","schema":"public"}]}]',
    ],
    [["databases"], { "orders\n": {} }, `databases: each name ${NAME}, got "orders\\n"`],
    ...["rotation-alerts", "vpc-flow-logs"].map(
      (name) =>
        [
          ["databases"],
          { [name]: { users: { app: USER } } },
          `databases: each name must not be monitoring, network, rotation-alerts, vpc-flow-logs: ${OTHERS}, got "${name}"`,
        ] as const,
    ),
    [
      ["monitoring"],
      "email",
      'monitoring must be an object with alerts, announceRotations, dashboard, configRules, got "email"',
    ],
    [
      ["monitoring", "alerts"],
      "a@example.com",
      'monitoring.alerts must be an object whose type is "email" or "topic", got "a@example.com"',
    ],
    [
      ["monitoring", "alerts"],
      { type: "topic", arn: "arn:aws-cn:sns:eu-west-1:111122223333:alerts" },
      'monitoring.alerts.arn must be the ARN of a topic in the partition of eu-west-1, arn:aws:…, got "arn:aws-cn:sns:eu-west-1:111122223333:alerts"',
    ],
    [
      orders(),
      null,
      'databases.orders must be an object whose source is "own", "existing" or left out, got null',
    ],
    [
      ["databases"],
      { order: { users: { app: USER } } },
      "databases.order.databaseName has to be set, since it may not be as the database's key: it must be 1 to 63 lower-case " +
        "letters, digits and _, beginning with a letter, not admin, rdsadmin, template… or a word that PostgreSQL " +
        "reserves, got nothing",
    ],
    ...[
      "rate(1 days)",
      "rate(30 day)",
      "cron(0 2 32 * ? *)",
      "cron(0 2 1 13 ? *)",
      "cron(0 2 1 ? ? *)",
      "cron(0 2 ? * 8 *)",
      "cron(0 2 ? * SUNDAY *)",
      "cron(0 2 ? * MON#6 *)",
      "cron(0 2 1,,2 * ? *)",
    ].map(schedule),
  ]),
  ...wrongInputs(
    [
      [
        ["multiAZ"],
        true,
        'must not have "multiAZ"; it may have source, engine, tier, engineVersion, allowMajorVersionUpgrade, autoMinorVersionUpgrade, databaseName, adminUsername, port, instanceClass, allocatedStorageGib, maxAllocatedStorageGib, iops, throughputMibps, multiAz, backupRetentionDays, backupWindow, maintenanceWindow, applyImmediately, deletionProtection, finalSnapshot, insights, monitoringIntervalSeconds, caCertificateIdentifier, networkType, iamAuthentication, parameters, replicas, logRetentionDays, keyDeletionWindowDays, clientSecurityGroupIds, passwords, users',
      ],
      [
        ["engineVersion"],
        "17.04",
        'engineVersion must be a PostgreSQL version of 13, 14, 15, 16, 17, 18, such as "17" or "17.4", got "17.04"',
      ],
      [["port"], 5432n, "port must be a port from 1150 to 65535, got 5432n"],
      [
        ["allocatedStorageGib"],
        "100GB",
        'allocatedStorageGib must be a whole number of GiB from 20 to 65536, got "100GB"',
      ],
      [
        ["allocatedStorageGib"],
        Number.NaN,
        "allocatedStorageGib must be a whole number of GiB from 20 to 65536, got NaN",
      ],
      [
        ["allocatedStorageGib"],
        65_537,
        "allocatedStorageGib must be a whole number of GiB from 20 to 65536, got 65537",
      ],
      [
        ["maxAllocatedStorageGib"],
        19,
        "maxAllocatedStorageGib must be a whole number of GiB from 20 to 65536, got 19",
      ],
      [["clientSecurityGroupIds"], ["sg-0a1b2c3d4"], `${GROUP}, got "sg-0a1b2c3d4"`],
      [["clientSecurityGroupIds"], ["SG-0A1B2C3D"], `${GROUP}, got "SG-0A1B2C3D"`],
      [
        ["adminUsername"],
        "rotation_clone",
        'adminUsername must not end in _clone, which names the second of two alternating users, got "rotation_clone"',
      ],
      [["users"], Object.assign(proto(USER), { app: USER }), "users.__proto__ must not be a name"],
      [
        ["users"],
        { none: USER },
        `users.none.username has to be set, since it may not be as the user's key: it ${ROLE}, got nothing`,
      ],
      [
        ["users"],
        { app: USER, other: { ...USER, username: "APP" } },
        `users.other.username ${ROLE}, got "APP"`,
      ],
      [
        ["users"],
        { other: { ...USER, username: "app" }, app: USER },
        `users.app.username has to be set, since it may not be as the user's key: it must not be "app", which is user other, got nothing`,
      ],
      [
        ["users", "app-arn"],
        { ...USER, username: "other" },
        "users.app-arn must have another key beside app, whose output is secret-app-arn, got " +
          '{"grants":[{"privilege":"readonly","schema":"public"}],"username":"other"}',
      ],
      [
        ["users", "app", "grants"],
        [{ privilege: "readonly", schema: "information_schema" }],
        'users.app.grants.0.schema must be a PostgreSQL schema of 1 to 63 letters, digits, _, $ and -, not information_schema or pg_…, got "information_schema"',
      ],
      [
        ["users", "app", "rotation"],
        { window: 3 },
        'users.app.rotation.window must be whole hours from "1h" to "24h", got 3',
      ],
      // What may be a secret is not repeated.
      [
        ["users"],
        [{ name: "app", password: "hunter2" }],
        'users must be users by name, got [{"name":"app","password":"a text that is not shown"}]',
      ],
      [
        ["passwords"],
        "hunter2",
        "passwords must be an object with length, excludeCharacters, excludeNumbers, excludePunctuation, excludeUppercase, excludeLowercase, requireEachIncludedType, got a text that is not shown",
      ],
    ],
    { at: orders() },
  ),
  {
    what: "one secret in two environments",
    environments: { one: adopted("ledger-AbCdEf"), two: adopted("ledger-AbCdEf") },
    problems: [
      `environments/two: databases.legacy.users.app.secretArn must not be one that environments/one rotates too, got "${secretNamed("ledger-AbCdEf")}"`,
    ],
  },
  {
    what: "a secret that another environment makes",
    environments: { one: ownNetwork(), two: adopted("one/orders/app-AbCdEf") },
    problems: [
      `environments/two: databases.legacy.users.app.secretArn must not be one that environments/one makes itself, got "${secretNamed("one/orders/app-AbCdEf")}"`,
    ],
  },
];

function adopted(secret: string) {
  return {
    ...ownNetwork(),
    databases: {
      legacy: {
        source: "existing",
        engine: "postgres",
        identifier: "legacy",
        host: "legacy.abcdefghijkl.eu-west-1.rds.amazonaws.com",
        port: 5432,
        securityGroupId: "sg-0a1b2c3d",
        users: { app: { secretArn: secretNamed(secret) } },
      },
    },
  };
}
