import { setTimeout as sleep } from "node:timers/promises";
import { Deadline } from "../../lambda/rotation/deadline";

/** Two seconds are kept for the answer. */
function deadlineWith(milliseconds: number): Deadline {
  const end = Date.now() + 2_000 + milliseconds;
  return new Deadline({ getRemainingTimeInMillis: () => end - Date.now() });
}

describe("a limit", () => {
  test("is what is asked for, or what is left", () => {
    expect(deadlineWith(10_000).limit("work", 5_000)).toBe(5_000);
    expect(deadlineWith(500).limit("work", 5_000)).toBeLessThanOrEqual(500);
  });

  test("with no time left says for what there is none", () => {
    expect(() => deadlineWith(0).limit("connecting to db", 5_000)).toThrow(
      "No time left for connecting to db",
    );
  });
});

describe("a retry", () => {
  const isPassing = (error: unknown) => (error as Error).message.startsWith("passing");

  test("ends with an error that does not pass, at once", async () => {
    let attempts = 0;
    const operation = async () => {
      throw new Error(++attempts < 3 ? "passing" : "for good");
    };
    await expect(deadlineWith(5_000).retry(operation, { patience: 5_000, isPassing })).rejects.toThrow(
      "for good",
    );
    expect(attempts).toBe(3);
  });

  test("tells what it waited for, not how its last attempt ran out of time", async () => {
    let attempts = 0;
    const operation = async () => {
      if (attempts++ === 0) throw new Error("passing: no route to the database");
      await sleep(600);
      throw new Error("passing: aborted");
    };
    await expect(deadlineWith(500).retry(operation, { patience: 5_000, isPassing })).rejects.toThrow(
      "no route",
    );
  });
});
