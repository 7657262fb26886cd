import { ENGINES } from "../../environments/engines";
import { POSTGRES_RESERVED_WORDS } from "../../environments/reserved-words";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

let bench: RotationBench;
beforeAll(async () => {
  bench = await startRotationBench();
}, 60_000);
afterAll(() => bench?.stop());

test("the words that PostgreSQL reserves are those that a real one says it does", async () => {
  // R: reserved; T: reserved, but for functions and types.
  const rows = await bench.sql(
    "SELECT word FROM pg_get_keywords() WHERE catcode IN ('R', 'T') ORDER BY word",
  );
  expect(POSTGRES_RESERVED_WORDS).toEqual(rows.map(({ word }) => word));
});

test("none is a name for a database or its master user, but with something behind it", () => {
  const { databaseName, adminUsername } = ENGINES.postgres;
  for (const { pattern } of [databaseName, adminUsername]) {
    expect(POSTGRES_RESERVED_WORDS.filter((word) => pattern.test(word))).toEqual([]);
    expect(POSTGRES_RESERVED_WORDS.filter((word) => !pattern.test(`${word}s`))).toEqual([]);
  }
});
