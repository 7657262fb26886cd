import { setTimeout as sleep } from "node:timers/promises";
import { Deadline } from "../../lambda/rotation/deadline";
import { describeEngines } from "../support/engines";
import { type Relay, startRelay } from "../support/relay";
import { type RotationBench, startRotationBench } from "../support/rotation-bench";

/** A failover can leave connections that never answer, and never end. */
describeEngines((engine) => {
  let bench: RotationBench;
  let relay: Relay;
  beforeAll(async () => {
    bench = await startRotationBench({ engine });
  }, 60_000);
  beforeEach(async () => {
    relay = await startRelay(bench.server);
  });
  afterEach(() => relay.stop());
  afterAll(() => bench?.stop());

  async function sessionThroughRelay(remainingMs: number) {
    const end = Date.now() + remainingMs;
    const { adminUsername: username, adminPassword: password, database: dbname } = bench.server;
    const login = { host: "localhost", port: relay.port, username, password, dbname };
    const deadline = new Deadline({ getRemainingTimeInMillis: () => end - Date.now() });
    return await bench.backend.engine.connect(login, deadline);
  }

  test("closing does not wait for a goodbye that never comes", async () => {
    const session = await sessionThroughRelay(60_000);
    relay.fallSilent();
    const closed = session.close().then(() => "closed");
    expect(await Promise.race([closed, sleep(5_000, "hangs", { ref: false })])).toBe("closed");
  }, 20_000);

  test("a statement that gets no answer ends with the function's time, and its session closes", async () => {
    const session = await sessionThroughRelay(5_000);
    relay.fallSilent();
    await expect(session.query("SELECT 1")).rejects.toMatchObject({ name: "TimeoutError" });
    const closed = session.close().then(() => "closed");
    expect(await Promise.race([closed, sleep(5_000, "hangs", { ref: false })])).toBe("closed");
  }, 20_000);

  test("no statement begins when the function's time is up", async () => {
    const session = await sessionThroughRelay(3_000);
    await sleep(1_200);
    await expect(session.query("SELECT 1")).rejects.toThrow(/^No time left for running a query on localhost/);
    await session.close();
  }, 20_000);
});
