import type { EngineName } from "./backends";

/**
 * Describes tests once for each engine. MariaDB's are listed as skipped where no server is installed: npm has
 * none to bring along.
 */
export function describeEngines(tests: (engine: EngineName) => void): void {
  describe("postgres", () => tests("postgres"));
  const describeWhereInstalled = process.env.MARIADB_MISSING ? describe.skip : describe;
  describeWhereInstalled("mariadb", () => tests("mariadb"));
}
