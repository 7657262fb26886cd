import type { EngineName } from "./backends";

/** As describe; listed as skipped where no MariaDB is installed: npm has none to bring along. */
export const describeOnMariadb: jest.Describe = process.env.MARIADB_MISSING ? describe.skip : describe;

/** Describes tests once for each engine. */
export function describeEngines(tests: (engine: EngineName) => void): void {
  describe("postgres", () => tests("postgres"));
  describeOnMariadb("mariadb", () => tests("mariadb"));
}

/** Settings of a server for tests that log in thousands of times. */
export const CHEAP_LOGINS = { postgres: { scram_iterations: "1" }, mariadb: {} } as const;
