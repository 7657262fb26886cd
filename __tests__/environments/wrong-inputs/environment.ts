import { app, orders } from "../../support/configuration";
import { USER } from "../../support/synth";
import { wrongInputs } from "../../support/wrong-inputs";

const NAME = "must be 1 to 40 lower-case letters, digits and single hyphens, beginning with a letter";
const BUCKET =
  "must be the name of an S3 bucket: 3 to 63 lower-case letters, digits, hyphens and single dots, in none of S3's own forms";
const SCHEDULE =
  "must be rate(N hours), rate(1 day) or rate(N days) of at least 4 hours and at most 999 days, or a six-field cron(...) that starts on " +
  "the hour, at most every 4 hours: cron(0 hours day-of-month month day-of-week *), one of the days being ?";
const ROLE =
  "must be a PostgreSQL role of 1 to 63 lower-case letters, digits, _, $ and -, beginning with a letter or _, " +
  "not with pg_ or rds, and not none or public";
const DATABASE_NAME = "must be 1 to 63 lower-case letters, digits and _, beginning with a letter";
const CIDR = "must be the CIDR block of a private network from /16 to /24, such as 10.20.0.0/16";
const CLASS = "must be an RDS instance class such as db.t4g.micro";
const PORT = "must be a port from 1150 to 65535";
const ZONES = 'must be the letters of 2 or 3 availability zones, such as ["a", "b"], each once';

export const environment = [
  ...wrongInputs([
    [["region"], "europe", 'region must be an AWS region such as eu-west-1, got "europe"'],
    [["region"], undefined, "region must be an AWS region such as eu-west-1, got nothing"],
    [["accountId"], "1234", 'accountId must be the 12 digits of an AWS account, got "1234"'],
    [["accountId"], 123456789012, "accountId must be the 12 digits of an AWS account, got 123456789012"],
    [["stateBackend"], { type: "gcs" }, 'stateBackend.type must be "local" or "s3", got "gcs"'],
    [
      ["stateBackend"],
      { type: "s3", bucket: "My_Bucket", region: "eu-west-1" },
      `stateBackend.bucket ${BUCKET}, got "My_Bucket"`,
    ],
    [
      ["stateBackend"],
      {
        type: "s3",
        bucket: "states",
        region: "eu-west-1",
        kmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1",
      },
      "stateBackend.kmsKeyArn must be the ARN of a KMS key or alias, " +
        'got "arn:aws:kms:eu-west-1:123456789012:key/1"',
    ],
    [["network"], undefined, 'network must be an object whose type is "own" or "existing", got nothing'],
    [["network", "type"], "shared", 'network.type must be "own" or "existing", got "shared"'],
    [["network", "cidr"], "10.20.0.0/8", `network.cidr ${CIDR}, got "10.20.0.0/8"`],
    [["network", "cidr"], "10.20.0.0/25", `network.cidr ${CIDR}, got "10.20.0.0/25"`],
    [["network", "cidr"], "10.20.0.1/16", `network.cidr ${CIDR}, got "10.20.0.1/16"`],
    [["network", "cidr"], "8.8.0.0/16", `network.cidr ${CIDR}, got "8.8.0.0/16"`],
    [["network", "cidr"], "172.32.0.0/16", `network.cidr ${CIDR}, got "172.32.0.0/16"`],
    [["network", "cidr"], "10.256.0.0/16", `network.cidr ${CIDR}, got "10.256.0.0/16"`],
    [["network", "availabilityZones"], ["a"], `network.availabilityZones ${ZONES}, got ["a"]`],
    [["network", "availabilityZones"], ["a", "a"], `network.availabilityZones ${ZONES}, got ["a","a"]`],
    [
      ["network", "availabilityZones"],
      ["a", "eu-west-1b"],
      'network.availabilityZones.1 must be a zone\'s letter from a to h, got "eu-west-1b"',
    ],
    [["databases"], {}, "databases must be at least one database, got {}"],
    [["databases"], { Orders: {} }, `databases: each name ${NAME}, got "Orders"`],
    [["databases"], { "orders--eu": {} }, `databases: each name ${NAME}, got "orders--eu"`],
    [
      ["databases"],
      { monitoring: { users: { app: USER } } },
      'databases: each name must not be monitoring, network, rotation-alerts, vpc-flow-logs: other things of the environment have these names, got "monitoring"',
    ],
    [
      ["databases"],
      { network: { users: { app: USER } } },
      'databases: each name must not be monitoring, network, rotation-alerts, vpc-flow-logs: other things of the environment have these names, got "network"',
    ],
    [
      ["tags"],
      { environment: "dev" },
      'tags: each name must be a tag\'s key that is not taken by AWS or by the stacks, got "environment"',
    ],
    [
      ["tags"],
      { "aws:owner": "x" },
      'tags: each name must be a tag\'s key that is not taken by AWS or by the stacks, got "aws:owner"',
    ],
    [
      orders("engine"),
      "oracle",
      'databases.orders.engine must be "postgres" or "mysql" or "mariadb", got "oracle"',
    ],
    [
      orders("engineVersion"),
      "9.6",
      'databases.orders.engineVersion must be a PostgreSQL version of 13, 14, 15, 16, 17, 18, such as "17" or "17.4", ' +
        'got "9.6"',
    ],
    [
      orders("databaseName"),
      "my-db",
      `databases.orders.databaseName ${DATABASE_NAME}, not admin, rdsadmin, template… or a word that PostgreSQL reserves, got "my-db"`,
    ],
    [
      orders("adminUsername"),
      "admin",
      `databases.orders.adminUsername ${DATABASE_NAME}, not admin, none, public, pg_…, rds… or a word that PostgreSQL reserves, got "admin"`,
    ],
    [orders("port"), 80, `databases.orders.port ${PORT}, got 80`],
    [orders("port"), "5432", `databases.orders.port ${PORT}, got "5432"`],
    [orders("instanceClass"), "t3.micro", `databases.orders.instanceClass ${CLASS}, got "t3.micro"`],
    [
      orders("allocatedStorageGib"),
      10,
      "databases.orders.allocatedStorageGib must be a whole number of GiB from 20 to 65536, got 10",
    ],
    [
      orders("backupRetentionDays"),
      0,
      "databases.orders.backupRetentionDays must be a whole number of days from 1 to 35, got 0",
    ],
    [
      orders("backupRetentionDays"),
      1.5,
      "databases.orders.backupRetentionDays must be a whole number of days from 1 to 35, got 1.5",
    ],
    [
      orders("deletionProtection"),
      "yes",
      'databases.orders.deletionProtection must be true or false, got "yes"',
    ],
    [
      orders("logRetentionDays"),
      42,
      "databases.orders.logRetentionDays must be one of these numbers of days: 1, 3, 5, 7, 14, 30, 60, 90, 120, " +
        "150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653, got 42",
    ],
    [
      orders("keyDeletionWindowDays"),
      6,
      "databases.orders.keyDeletionWindowDays must be a whole number of days from 7 to 30, got 6",
    ],
    [
      orders("clientSecurityGroupIds"),
      ["web"],
      'databases.orders.clientSecurityGroupIds.0 must be a security group id, sg-…, got "web"',
    ],
    [
      orders("clientSecurityGroupIds"),
      ["sg-0000000a", "sg-0000000a"],
      "databases.orders.clientSecurityGroupIds must be at most 20 security group ids, each once, " +
        'got ["sg-0000000a","sg-0000000a"]',
    ],
    [
      orders("passwords"),
      { length: 8 },
      "databases.orders.passwords.length must be a whole number of characters from 16 to 128, got 8",
    ],
    [
      orders("passwords"),
      { excludeCharacters: "${" },
      "databases.orders.passwords.excludeCharacters must be at most 64 printable ASCII characters without spaces, " +
        '{ not right after $ or % (Terraform\'s templates), got "${"',
    ],
    [
      orders("passwords"),
      { length: 20, excludeUppercase: true, excludeLowercase: true, excludePunctuation: true },
      "databases.orders.passwords must make passwords of at least 80 bits: 20 of 10 different characters are 66, " +
        'got {"length":20,"excludeUppercase":true,"excludeLowercase":true,"excludePunctuation…',
    ],
    [
      orders("passwords"),
      { excludeNumbers: true, excludeUppercase: true, excludeLowercase: true, excludePunctuation: true },
      "databases.orders.passwords must make passwords of at least 80 bits: 32 of 0 different characters are 0, " +
        'got {"excludeNumbers":true,"excludeUppercase":true,"excludeLowercase":true,"excludeP…',
    ],
    [orders("users"), {}, "databases.orders.users must be 1 to 20 users, got {}"],
    [orders("users"), { App: USER }, `databases.orders.users: each name ${NAME}, got "App"`],
    [app("username"), "pg_app", `databases.orders.users.app.username ${ROLE}, got "pg_app"`],
    [app("username"), "App", `databases.orders.users.app.username ${ROLE}, got "App"`],
    [
      app("username"),
      "app_clone",
      "databases.orders.users.app.username must not end in _clone, which names the second of two alternating " +
        'users, got "app_clone"',
    ],
    [
      app("username"),
      "rotation_admin",
      'databases.orders.users.app.username must not be "rotation_admin", which is the master user, ' +
        'got "rotation_admin"',
    ],
    [
      orders("users", "other"),
      { ...USER, username: "app" },
      'databases.orders.users.other.username must not be "app", which is user app, got "app"',
    ],
    [
      app(),
      { ...USER, strategy: "alternating-users", username: "a".repeat(58) },
      "databases.orders.users.app.username must be at most 57 characters, to leave room for _clone, " +
        `got "${"a".repeat(58)}"`,
    ],
    [
      app("strategy"),
      "multi-user",
      'databases.orders.users.app.strategy must be "single-user" or "alternating-users", got "multi-user"',
    ],
    [
      app("grants"),
      undefined,
      "databases.orders.users.app.grants must be a list of grants, { privilege, schema }, got nothing",
    ],
    [
      app("grants"),
      [{ privilege: "superuser", schema: "public" }],
      'databases.orders.users.app.grants.0.privilege must be "readonly" or "readwrite" or "owner", got "superuser"',
    ],
    [
      app("grants"),
      [{ privilege: "readonly", schema: "pg_catalog" }],
      "databases.orders.users.app.grants.0.schema must be a PostgreSQL schema of 1 to 63 letters, digits, _, $ and " +
        '-, not information_schema or pg_…, got "pg_catalog"',
    ],
    [
      app("grants"),
      [...USER.grants, { privilege: "owner", schema: "public" }],
      "databases.orders.users.app.grants must name each schema once, got " +
        '[{"privilege":"readonly","schema":"public"},{"privilege":"owner","schema":"publi…',
    ],
    [
      app("rotation"),
      { schedule: "rate(2 hours)" },
      `databases.orders.users.app.rotation.schedule ${SCHEDULE}, got "rate(2 hours)"`,
    ],
    [
      app("rotation"),
      { window: "25h" },
      'databases.orders.users.app.rotation.window must be whole hours from "1h" to "24h", got "25h"',
    ],
    [
      app("rotation"),
      { schedule: "cron(0 22 * * ? *)", window: "3h" },
      "databases.orders.users.app.rotation.window must end before the next rotation and before the end of the UTC " +
        'day, at most "2h" for cron(0 22 * * ? *), got "3h"',
    ],
    [
      app("rotation"),
      { immediately: "no" },
      'databases.orders.users.app.rotation.immediately must be true or false, got "no"',
    ],
    [
      app("recoveryWindowDays"),
      3,
      "databases.orders.users.app.recoveryWindowDays must be 0, or a whole number of days from 7 to 30, got 3",
    ],
  ]),
  // Keys that it does not know, with those that it does.
  ...wrongInputs([
    [
      ["regoin"],
      "x",
      'the environment must not have "regoin"; it may have region, accountId, stateBackend, network, monitoring, tags, databases',
    ],
    [
      ["network", "nat"],
      "x",
      'network must not have "nat"; it may have type, cidr, availabilityZones, ipv6, flowLogs',
    ],
    [
      app("password"),
      "x",
      'databases.orders.users.app must not have "password"; it may have username, strategy, grants, rotation, ' +
        "recoveryWindowDays, readers, replicaRegions",
    ],
    [
      app("rotation", "days"),
      "x",
      'databases.orders.users.app.rotation must not have "days"; it may have schedule, window, immediately',
    ],
  ]),
];
