import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { ROTATION_STEPS, STRATEGIES, type Strategy } from "../../lambda/rotation/contract";
import { describeEngines } from "../support/engines";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

/** What breaks statements that are glued together. */
const NASTY = [
  "'",
  '"',
  "`",
  "\\",
  ";",
  "--",
  "/*",
  "%",
  "%s",
  "%(x)s",
  "$1",
  "?",
  "$$",
  " ",
  " TO ",
  "@",
  "@'%'",
  ",",
  "(",
  ")",
  "\n",
  "\t",
  "é",
  "ß",
  "名",
  "🔑",
  "İ",
  "a",
  "B",
  "0",
  "_",
  "-",
  ".",
];
const nastyName = fc
  .array(fc.constantFrom(...NASTY), { minLength: 1, maxLength: 12 })
  .map((parts) => `u${parts.join("")}`);

describeEngines((engine) => {
  let bench: RotationBench;
  beforeAll(async () => {
    bench = await startRotationBench({ engine });
  }, 60_000);
  afterAll(() => bench?.stop());

  async function rotate(secretArn: string): Promise<void> {
    const token = await bench.beginRotation(secretArn);
    for (const step of ROTATION_STEPS) await bench.step(step, secretArn, token);
  }

  const tags = (strategy: Strategy) => ({ "rotation-strategy": strategy });

  test.each(STRATEGIES)(
    "a user of any name is created and rotates, or is refused by name (%s)",
    async (strategy) => {
      const outcomes = { worked: 0, refused: 0 };
      const property = fc.asyncProperty(nastyName, async (base) => {
        const username = `${base}${randomUUID().slice(0, 4)}`;
        const users = await bench
          .createUser({ username, tags: tags(strategy) })
          .catch((error: Error) => error);
        if (users instanceof Error) {
          expect(users.name).toMatch(/^(SecretValueError|EventError)$/);
          outcomes.refused++;
          return;
        }
        await rotate(users.secretArn);
        await rotate(users.secretArn);
        expect(await bench.value(users.secretArn)).toMatchObject({ username });
        expect(await bench.accepts(await bench.value(users.secretArn))).toBe(true);
        outcomes.worked++;
      });
      const examples: [string][] = [["u%"], ["u%s %(x)s"]];
      await fc.assert(property, { numRuns: 25, seed: 7, endOnFailure: true, examples });
      expect(outcomes.worked).toBeGreaterThan(15);
    },
    120_000,
  );

  test.each(STRATEGIES)(
    "the longest name works, and one more is refused (%s)",
    async (strategy) => {
      const { maxLength, unit } = bench.backend.engine.usernames;
      const room = maxLength - (strategy === "alternating-users" ? "_clone".length : 0);
      // Where characters count, some that take two bytes.
      const accents = unit === "characters" ? "éü" : "";
      const longest = accents + randomUUID().repeat(4).slice(accents.length, room);
      const { secretArn } = await bench.createUser({ username: longest, tags: tags(strategy) });
      await rotate(secretArn);
      expect(await bench.accepts(await bench.value(secretArn))).toBe(true);

      const tooLong = async () =>
        await rotate((await bench.createUser({ username: `${longest}x`, tags: tags(strategy) })).secretArn);
      await expect(tooLong()).rejects.toThrow(/field "username" must/);
    },
    30_000,
  );

  test("schemas of any name are granted on", async () => {
    const property = fc.asyncProperty(nastyName, async (schema) => {
      const name = `${schema.trim()}${randomUUID().slice(0, 4)}`;
      const made = await bench
        .createUser({
          grants: [
            { privilege: "owner", schema: name },
            ...(bench.fewGrants.grants ?? [{ privilege: "readwrite", schema: bench.server.database }]),
          ],
        })
        .catch((error: Error) => error);
      if (made instanceof Error)
        return expect(made.name).toMatch(/^(SecretValueError|DatabaseError|EventError)$/);
      const session = await bench.login(await bench.value(made.secretArn));
      await session.query(`CREATE TABLE ${bench.backend.identifier(name)}.t (id int)`);
      await session.close();
    });
    await fc.assert(property, { numRuns: 15, seed: 7, endOnFailure: true });
  }, 60_000);

  test("passwords of every allowed character log in", async () => {
    process.env.EXCLUDE_CHARACTERS = "";
    process.env.PASSWORD_LENGTH = "120";
    try {
      const { secretArn } = await bench.createUser();
      for (let round = 0; round < 8; round++) {
        await rotate(secretArn);
        expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
      }
    } finally {
      delete process.env.EXCLUDE_CHARACTERS;
      delete process.env.PASSWORD_LENGTH;
    }
  }, 60_000);

  test("a password that a pending version brings along works, whatever it is made of", async () => {
    const { store } = bench.secretsManager;
    const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join("");
    for (const password of [printable, "'; DROP ROLE x; --", "a' OR '1'='1", "\\'", "$$;", "%s%d?"]) {
      const { secretArn } = await bench.createUser();
      const token = await bench.beginRotation(secretArn);
      const pending = JSON.stringify({ ...(await bench.value(secretArn)), password });
      store.put(store.find(secretArn), token, { SecretString: pending }, ["AWSPENDING"]);
      for (const step of ROTATION_STEPS) await bench.step(step, secretArn, token);
      expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
    }
  }, 60_000);

  test.each([
    ["no host", { host: undefined }, 'field "host" must be text that is not empty, got nothing'],
    ["a host that is a number", { host: 5 }, 'field "host" must be text that is not empty, got a number'],
    ["no user", { username: "" }, 'field "username" must be text that is not empty, got empty text'],
    ["a port that is none", { port: "many" }, 'field "port" must be a port from 1 to 65535'],
    ["another engine", { engine: "sqlserver" }, 'got "sqlserver"'],
  ])("a secret with %s is refused by field", async (_case, change, message) => {
    const { secretArn } = await bench.createUser();
    const token = await bench.beginRotation(secretArn);
    await bench.put(secretArn, { ...(await bench.value(secretArn)), ...change });
    await expect(bench.step("createSecret", secretArn, token)).rejects.toThrow(message);
  });

  test("unknown keys of a secret are kept", async () => {
    const { secretArn } = await bench.createUser();
    const extra = { proxy: { host: "p" }, ssl: true, tags: ["a"] };
    await bench.put(secretArn, { ...(await bench.value(secretArn)), ...extra });
    await rotate(secretArn);
    expect(await bench.value(secretArn)).toMatchObject(extra);
  });
});
