import { orders, withValue } from "./configuration";
import { ownNetwork } from "./synth";

export const secretNamed = (name: string, region = "eu-west-1", account = "111122223333") =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;

export const keyIn = (region: string) =>
  `arn:aws:kms:${region}:111122223333:key/12345678-1234-1234-1234-123456789012`;

export const APP_SECRET = secretNamed("app-AbCdEf");

/** An environment whose database orders exists, as short as can be. */
export const existing = withValue(
  orders(),
  {
    source: "existing",
    engine: "postgres",
    identifier: "orders",
    host: "orders.abcdefghijkl.eu-west-1.rds.amazonaws.com",
    port: 5432,
    securityGroupId: "sg-0a1b2c3d",
    users: { app: { secretArn: APP_SECRET } },
  },
  { ...ownNetwork(), accountId: "111122223333" },
);
