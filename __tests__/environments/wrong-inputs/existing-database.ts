import { orders } from "../../support/configuration";
import {
  APP_SECRET as APP,
  existing,
  keyIn as key,
  secretNamed as secret,
} from "../../support/existing-database";
import { wrongInputs } from "../../support/wrong-inputs";

const SECRET =
  "must be the ARN of a secret, arn:aws:secretsmanager:<region>:<account>:secret:<name>-<6 characters>";
const HOST =
  "must be a host name in lower case, not an address: the server's certificate is checked against it";

export const existingDatabase = wrongInputs(
  [
    [["source"], "adopted", 'source must be "own", "existing" or left out, got "adopted"'],
    [
      ["engine"],
      "oracle",
      'engine must be "postgres" or "aurora-postgresql" or "mysql" or "aurora-mysql" or "mariadb", got "oracle"',
    ],
    [
      ["identifier"],
      "Orders_1",
      "identifier must be the identifier of an RDS instance or cluster: 1 to 63 lower-case letters, digits and " +
        'single hyphens, got "Orders_1"',
    ],
    [["host"], "10.20.0.5", `host ${HOST}, got "10.20.0.5"`],
    [["host"], "db.example.com:5432", `host ${HOST}, got "db.example.com:5432"`],
    [["host"], undefined, `host ${HOST}, got nothing`],
    [["port"], 0, "port must be a port from 1 to 65535, got 0"],
    [["port"], "5432", 'port must be a port from 1 to 65535, got "5432"'],
    [["securityGroupId"], "default", 'securityGroupId must be a security group id, sg-…, got "default"'],
    [["users"], {}, "users must be 1 to 20 users, got {}"],
    [["users", "app"], {}, `users.app.secretArn ${SECRET}, got nothing`],
    [["users", "app", "secretArn"], "app", `users.app.secretArn ${SECRET}, got "app"`],
    [["users", "app", "secretArn"], secret("app"), `users.app.secretArn ${SECRET}, got "${secret("app")}"`],
    [
      ["users", "app", "secretArn"],
      secret("app-??????"),
      `users.app.secretArn ${SECRET}, got "${secret("app-??????")}"`,
    ],
    [
      ["users", "app", "secretArn"],
      secret("rds!db-1-AbCdEf"),
      "users.app.secretArn must not be a secret that another service owns and rotates itself, " +
        `got "${secret("rds!db-1-AbCdEf")}"`,
    ],
    [
      ["users", "app", "secretArn"],
      secret("app-AbCdEf", "us-east-1"),
      `users.app.secretArn must be the ARN of a secret in eu-west-1, got "${secret("app-AbCdEf", "us-east-1")}"`,
    ],
    [
      ["users", "app", "secretArn"],
      secret("app-AbCdEf", "eu-west-1", "444455556666"),
      "users.app.secretArn must be the ARN of a secret of account 111122223333, " +
        `got "${secret("app-AbCdEf", "eu-west-1", "444455556666")}"`,
    ],
    [
      ["users", "app", "kmsKeyArn"],
      key("us-east-1"),
      `users.app.kmsKeyArn must be the ARN of a KMS key in eu-west-1, got "${key("us-east-1")}"`,
    ],
    [
      ["users", "other"],
      { secretArn: APP },
      `users.other.secretArn must not be user app's secret, got "${APP}"`,
    ],
    [
      ["users", "app", "rotation"],
      { window: "0h" },
      'users.app.rotation.window must be whole hours from "1h" to "24h", got "0h"',
    ],
    [["adminSecret"], { secretArn: "admin" }, `adminSecret.secretArn ${SECRET}, got "admin"`],
    [["adminSecret"], { secretArn: APP }, `users.app.secretArn must not be the admin's secret, got "${APP}"`],
    [
      ["adminSecret"],
      { secretArn: secret("admin-AbCdEf", "us-east-1") },
      "adminSecret.secretArn must be the ARN of a secret in eu-west-1, " +
        `got "${secret("admin-AbCdEf", "us-east-1")}"`,
    ],
    [
      ["strategy"],
      "alternating-users",
      "adminSecret must be given for alternating-users: the admin makes and grants the second user, got nothing",
    ],
    [
      ["passwords"],
      { length: 16, excludePunctuation: true, excludeUppercase: true, excludeLowercase: true },
      "passwords must make passwords of at least 80 bits: 16 of 10 different characters are 53, got " +
        '{"length":16,"excludePunctuation":true,"excludeUppercase":true,"excludeLowercase…',
    ],
    [
      ["instanceClass"],
      "x",
      'must not have "instanceClass"; it may have source, engine, identifier, host, port, securityGroupId, ' +
        "adminSecret, strategy, logRetentionDays, keyDeletionWindowDays, passwords, users",
    ],
    [
      ["users", "app", "grants"],
      "x",
      'users.app must not have "grants"; it may have secretArn, kmsKeyArn, rotation',
    ],
    [
      ["users", "app", "password"],
      "x",
      'users.app must not have "password"; it may have secretArn, kmsKeyArn, rotation',
    ],
    [["adminSecret"], "x", 'adminSecret must be an object with secretArn, kmsKeyArn, got "x"'],
  ],
  { environment: existing, at: orders() },
);
