import { classify } from "../../lambda/rotation/engines/postgres-errors";
import { describeOnMariadb } from "../support/engines";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

const HINT = "The server only reads, as a replica does: the secret's host must be the replica's source.";

describeOnMariadb("a secret whose host only reads", () => {
  let bench: RotationBench;
  beforeAll(async () => {
    bench = await startRotationBench({ engine: "mariadb" });
  }, 60_000);
  afterAll(() => bench?.stop());

  test("is not rotated, its password stays, and the error says where it must point", async () => {
    const { secretArn } = await bench.createUser();
    await bench.sql("SET GLOBAL read_only = ON");
    const { error } = await bench.rotate(secretArn);
    expect(error?.message).toContain(HINT);
    expect(await bench.accepts(await bench.value(secretArn))).toBe(true);
  });
});

test.each([
  ["0A000", "cannot set transaction read-write mode during recovery"],
  ["25006", "cannot execute ALTER ROLE in a read-only transaction"],
])("what a standby of PostgreSQL answers (%s) is said the same way", (code, message) => {
  const answer = Object.assign(new Error(message), { code });
  expect(classify(answer, "db:5432", "changing the password").message).toContain(HINT);
});
