import { type RotationBench, startRotationBench } from "../support/rotation-bench";

let bench: RotationBench;
beforeAll(async () => {
  bench = await startRotationBench();
}, 60_000);
afterAll(() => bench?.stop());

const alternating = { "rotation-strategy": "alternating-users" };

describe("alternating users", () => {
  test("take turns, and the credentials before stay valid", async () => {
    const { secretArn, username } = await bench.createUser({ tags: alternating });
    const first = await bench.value(secretArn);

    expect((await bench.rotate(secretArn)).error).toBeUndefined();
    const second = await bench.value(secretArn);
    expect(second.username).toBe(`${username}_clone`);
    expect(await bench.accepts(second)).toBe(true);
    expect(await bench.accepts(first)).toBe(true);

    expect((await bench.rotate(secretArn)).error).toBeUndefined();
    const third = await bench.value(secretArn);
    expect(third.username).toBe(username);
    expect(await bench.accepts(third)).toBe(true);
    expect(await bench.accepts(second)).toBe(true);
    expect(await bench.accepts(first)).toBe(false);
  });

  test("own what either of them creates together", async () => {
    const { secretArn, username } = await bench.createUser({
      tags: alternating,
      grants: [{ privilege: "owner", schema: "shop" }],
    });
    await bench.rotate(secretArn);
    const session = await bench.login(await bench.value(secretArn));
    await session.query("CREATE TABLE shop.made_by_clone (id int)");
    await session.close();
    const [row] = await bench.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'made_by_clone'");
    expect(row?.tableowner).toBe(username);
  });
});
