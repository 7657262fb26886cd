import { createHash, randomUUID } from "node:crypto";
import type { Grant } from "../../lambda/rotation/contract";
import { PrivilegeError } from "../../lambda/rotation/errors";
import { SecretsManagerError } from "../../local/secret-store";
import type { Intercept } from "../../local/secrets-manager";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

let bench: RotationBench;
let intercept: Intercept = () => "proceed";
beforeAll(async () => {
  bench = await startRotationBench({ intercept: (...request) => intercept(...request) });
}, 60_000);
beforeEach(() => {
  intercept = () => "proceed";
});
afterAll(() => bench?.stop());

const newName = () => `app-${randomUUID().slice(0, 8)}`;

/** Runs one statement as a user, and says whether it was allowed. */
async function may(secretArn: string, sql: string): Promise<boolean> {
  const session = await bench.login(await bench.value(secretArn));
  try {
    await session.query(sql);
    return true;
  } catch (error) {
    if (error instanceof PrivilegeError) return false;
    throw error;
  } finally {
    await session.close();
  }
}

describe("an empty secret", () => {
  test("gets its first value, which logs in, and the answer holds facts only", async () => {
    const username = newName();
    const secretArn = await bench.declareSecret();

    const answer = await bench.invoke(bench.initializeEvent(secretArn, username));

    const value = await bench.value(secretArn);
    expect(await bench.accepts(value)).toBe(true);
    expect({ ...value, password: "" }).toEqual({
      engine: "postgres",
      host: "localhost",
      port: bench.server.port,
      username,
      dbname: "orders",
      masterarn: bench.adminSecretArn,
      password: "",
    });
    expect(answer).toEqual({
      SecretId: secretArn,
      VersionId: Object.keys(await bench.stages(secretArn))[0],
      Outcome: "created",
      Username: username,
    });
  });

  test("ends with one value that logs in when two runs come at the same time", async () => {
    const secretArn = await bench.declareSecret();
    const event = bench.initializeEvent(secretArn, newName());

    const answers = await Promise.all([bench.invoke(event), bench.invoke(event), bench.invoke(event)]);

    expect(new Set(answers.map((answer) => answer?.VersionId)).size).toBe(1);
    expect(Object.keys(await bench.stages(secretArn))).toHaveLength(1);
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  test("does not take over a user that exists and belongs to somebody else", async () => {
    const username = newName();
    await bench.sql(`CREATE ROLE "${username}" LOGIN PASSWORD 'theirs-and-theirs-only'`);
    const secretArn = await bench.declareSecret();

    await expect(bench.invoke(bench.initializeEvent(secretArn, username))).rejects.toThrow(
      `User "${username}" exists already and is not marked as this secret's; its password stays`,
    );
    expect(await bench.accepts({ username, password: "theirs-and-theirs-only" })).toBe(true);
    expect(await bench.stages(secretArn)).toEqual({});
  });

  test("does not take over a user of another secret", async () => {
    const { username } = await bench.createUser();
    const other = await bench.declareSecret();
    await expect(bench.invoke(bench.initializeEvent(other, username))).rejects.toThrow("is another secret's");
  });
});

describe("a secret that has a value", () => {
  test("is verified, and keeps it", async () => {
    const { secretArn, username } = await bench.createUser();
    const before = await bench.stages(secretArn);

    const answer = await bench.invoke(bench.initializeEvent(secretArn, username));

    expect(answer?.Outcome).toBe("verified");
    expect(await bench.stages(secretArn)).toEqual(before);
  });

  test("is repaired in the database when the database refuses it", async () => {
    const { secretArn, username } = await bench.createUser();
    const value = await bench.value(secretArn);
    await bench.sql(`ALTER ROLE "${username}" PASSWORD 'changed by hand'`);

    const answer = await bench.invoke(bench.initializeEvent(secretArn, username));

    expect(answer?.Outcome).toBe("repaired");
    expect(await bench.value(secretArn)).toEqual(value);
    expect(await bench.accepts(value)).toBe(true);
  });

  test("is left alone between setSecret and finishSecret of a rotation", async () => {
    const { secretArn, username } = await bench.createUser();
    const token = await bench.beginRotation(secretArn);
    await bench.step("createSecret", secretArn, token);
    await bench.step("setSecret", secretArn, token);

    const answer = await bench.invoke(bench.initializeEvent(secretArn, username));

    expect(answer?.Outcome).toBe("verified");
    await bench.step("testSecret", secretArn, token);
    await bench.step("finishSecret", secretArn, token);
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });

  test("follows the declaration to another place with the same password", async () => {
    const { secretArn, username } = await bench.createUser();
    const value = await bench.value(secretArn);
    await bench.put(secretArn, { ...value, host: "old-name.example.com", note: "kept" });

    const answer = await bench.invoke(bench.initializeEvent(secretArn, username));

    expect(answer?.Outcome).toBe("repaired");
    expect(await bench.value(secretArn)).toEqual({ ...value, note: "kept" });
    const again = await bench.invoke(bench.initializeEvent(secretArn, username));
    expect(again?.Outcome).toBe("verified");
  });

  test("follows it back and there again, and ends with exactly what is declared", async () => {
    const { secretArn, username } = await bench.createUser();
    const original = await bench.value(secretArn);
    const here = bench.initializeEvent(secretArn, username);
    const { port: _port, dbname: _dbname, ...elsewhere } = original;
    for (const round of [1, 2]) {
      await bench.put(secretArn, { ...elsewhere, host: "old-name.example.com", round });
      const answer = await bench.invoke(here);
      expect(answer?.Outcome).toBe("repaired");
      expect((await bench.stages(secretArn))[String(answer?.VersionId)]).toEqual(["AWSCURRENT"]);
      expect(await bench.value(secretArn)).toEqual({ ...original, round });
    }
    const { dbname: _, ...Connection } = here.Connection;
    const withoutDatabase = { ...here, Connection, Grants: [] };
    expect((await bench.invoke(withoutDatabase))?.Outcome).toBe("repaired");
    expect(await bench.value(secretArn)).not.toHaveProperty("dbname");
    expect((await bench.invoke(withoutDatabase))?.Outcome).toBe("verified");
  });

  test("has no version id that its password could be guessed from", async () => {
    const { secretArn, username } = await bench.createUser();
    const value = await bench.value(secretArn);
    const from = await bench.put(secretArn, { ...value, host: "old-name.example.com" });
    const event = bench.initializeEvent(secretArn, username);
    const id = createHash("sha256")
      .update([secretArn, from, JSON.stringify(event.Connection)].join(" "))
      .digest("hex");
    expect((await bench.invoke(event))?.VersionId).toBe(id);
  });

  test("is left alone by a pending value that is no JSON", async () => {
    const { secretArn, username } = await bench.createUser();
    await bench.sql(`ALTER ROLE "${username}" PASSWORD 'changed by hand'`);
    const { store } = bench.secretsManager;
    store.put(store.find(secretArn), randomUUID(), { SecretString: "no JSON" }, ["AWSPENDING"]);
    expect((await bench.invoke(bench.initializeEvent(secretArn, username)))?.Outcome).toBe("repaired");
  });

  test("stays with its user", async () => {
    const { secretArn } = await bench.createUser();
    await expect(bench.invoke(bench.initializeEvent(secretArn, newName()))).rejects.toThrow(
      "One secret stays with one user",
    );
  });

  test("adopts the user of a secret that was made by somebody else", async () => {
    const username = newName();
    await bench.sql(`CREATE ROLE "${username}" LOGIN PASSWORD 'from before'`);
    const secretArn = await bench.declareSecret();
    const { Connection } = bench.initializeEvent(secretArn, username);
    await bench.put(secretArn, { ...Connection, password: "from before" });

    const answer = await bench.invoke(bench.initializeEvent(secretArn, username));

    expect(answer?.Outcome).toBe("verified");
    expect((await bench.rotate(secretArn)).succeeded).toBe(true);
  });
});

describe("a declaration that cannot be met", () => {
  test("names the engine it is not for", async () => {
    const event = bench.initializeEvent(await bench.declareSecret(), newName());
    const mysql = { ...event, Connection: { ...event.Connection, engine: "mysql" } };
    await expect(bench.invoke(mysql)).rejects.toThrow('must be "postgres" or "aurora-postgresql"');
  });

  test("names an admin secret that is for another host", async () => {
    const secretArn = await bench.declareSecret();
    const event = bench.initializeEvent(secretArn, newName());
    const masterarn = await bench.declareSecret();
    await bench.put(masterarn, { username: "dbadmin", password: "not used", host: "evil.example.com" });
    const forged = { ...event, Connection: { ...event.Connection, masterarn } };
    await expect(bench.invoke(forged)).rejects.toThrow(
      'must be for host "localhost", got "evil.example.com"',
    );
  });

  test("says what it waited for when the database cannot be reached", async () => {
    const event = bench.initializeEvent(await bench.declareSecret(), newName());
    const nowhere = { ...event, Connection: { ...event.Connection, port: 1 } };
    await expect(bench.invoke(nowhere, { remainingMs: 4_000 })).rejects.toThrow(
      "localhost:1 cannot be reached (ECONNREFUSED). Check the host, the subnets and the security groups",
    );
    expect(bench.log.join("")).toContain('"message":"Waiting"');
  }, 20_000);

  test("waits for permissions that have not spread yet", async () => {
    const event = bench.initializeEvent(await bench.declareSecret(), newName());
    let refusals = 2;
    intercept = (operation, { SecretId }) =>
      operation === "GetSecretValue" && SecretId === bench.adminSecretArn && refusals-- > 0
        ? new SecretsManagerError("AccessDeniedException", "no identity-based policy allows it")
        : "proceed";
    expect((await bench.invoke(event))?.Outcome).toBe("created");
    expect(bench.log.join("")).toContain('"for":"no identity-based policy allows it"');
  });

  test("refuses a user name that would look like a clone's", async () => {
    const event = bench.initializeEvent(await bench.declareSecret(), "app_clone");
    await expect(bench.invoke(event)).rejects.toThrow('must not end in "_clone"');
  });
});

describe("privileges", () => {
  const grants = (...list: Grant[]) => list;

  test("readonly reads existing and future tables, and no more", async () => {
    const schema = `s-${newName()}`;
    const admin = await bench.login({
      username: bench.server.adminUsername,
      password: bench.server.adminPassword,
    });
    await admin.query(`CREATE SCHEMA "${schema}"`);
    await admin.query(`CREATE TABLE "${schema}".old (id serial)`);
    const { secretArn } = await bench.createUser({ grants: grants({ privilege: "readonly", schema }) });
    await admin.query(`CREATE TABLE "${schema}".new (id serial)`);
    await admin.close();

    for (const table of ["old", "new"]) {
      expect(await may(secretArn, `SELECT * FROM "${schema}".${table}`)).toBe(true);
      expect(await may(secretArn, `INSERT INTO "${schema}".${table} DEFAULT VALUES`)).toBe(false);
    }
    expect(await may(secretArn, `CREATE TABLE "${schema}".mine (id int)`)).toBe(false);
  });

  test("readwrite writes, sequences included, and creates nothing", async () => {
    const schema = `s-${newName()}`;
    const owner = await bench.createUser({ grants: grants({ privilege: "owner", schema }) });
    const { secretArn } = await bench.createUser({ grants: grants({ privilege: "readwrite", schema }) });
    expect(await may(owner.secretArn, `CREATE TABLE "${schema}".orders (id serial)`)).toBe(true);

    expect(await may(secretArn, `INSERT INTO "${schema}".orders DEFAULT VALUES`)).toBe(true);
    expect(await may(secretArn, `UPDATE "${schema}".orders SET id = 2`)).toBe(true);
    expect(await may(secretArn, `DELETE FROM "${schema}".orders`)).toBe(true);
    expect(await may(secretArn, `TRUNCATE "${schema}".orders`)).toBe(false);
    expect(await may(secretArn, `CREATE TABLE "${schema}".mine (id int)`)).toBe(false);
  });

  test("an owner that is declared after the reader makes tables that the reader reads", async () => {
    const schema = `s-${newName()}`;
    const reader = await bench.createUser({ grants: grants({ privilege: "readonly", schema }) });
    const writer = await bench.createUser({ grants: grants({ privilege: "readwrite", schema }) });
    const owner = await bench.createUser({ grants: grants({ privilege: "owner", schema }) });
    expect(await may(owner.secretArn, `CREATE TABLE "${schema}".late (id serial)`)).toBe(true);

    expect(await may(reader.secretArn, `SELECT * FROM "${schema}".late`)).toBe(true);
    expect(await may(reader.secretArn, `INSERT INTO "${schema}".late DEFAULT VALUES`)).toBe(false);
    expect(await may(writer.secretArn, `INSERT INTO "${schema}".late DEFAULT VALUES`)).toBe(true);
  });

  test("converge when the declaration changes: what is no longer declared is revoked", async () => {
    const [kept, dropped] = [`s-${newName()}`, `s-${newName()}`];
    const { secretArn, username } = await bench.createUser({
      grants: grants({ privilege: "readwrite", schema: kept }, { privilege: "owner", schema: dropped }),
    });
    const owner = await bench.createUser({ grants: grants({ privilege: "owner", schema: kept }) });
    await may(owner.secretArn, `CREATE TABLE "${kept}".before (id serial)`);

    const reduced = grants({ privilege: "readonly", schema: kept });
    await bench.invoke(bench.initializeEvent(secretArn, username, reduced));
    await may(owner.secretArn, `CREATE TABLE "${kept}".after (id serial)`);

    for (const table of ["before", "after"]) {
      expect(await may(secretArn, `SELECT * FROM "${kept}".${table}`)).toBe(true);
      expect(await may(secretArn, `INSERT INTO "${kept}".${table} DEFAULT VALUES`)).toBe(false);
    }
    expect(await may(secretArn, `CREATE TABLE "${dropped}".mine (id int)`)).toBe(false);
    const [left] = await bench.sql("SELECT has_schema_privilege($1, $2, 'USAGE') AS usage", [
      username,
      dropped,
    ]);
    expect(left?.usage).toBe(false);
  });

  test("of many users are declared at the same time", async () => {
    const schema = `s-${newName()}`;
    const users = await Promise.all(
      Array.from({ length: 8 }, () => bench.createUser({ grants: grants({ privilege: "owner", schema }) })),
    );
    for (const { secretArn } of users) expect(await may(secretArn, `SELECT 1 FROM pg_class`)).toBe(true);
  });
});
