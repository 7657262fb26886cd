import { MariadbMissing, mariadbBinaries } from "../../local/mariadb-binaries";

/** Jest's global set-up: says once why tests will be skipped. */
export default async function findMariadb(): Promise<void> {
  try {
    await mariadbBinaries();
  } catch (error) {
    if (!(error instanceof MariadbMissing)) throw error;
    process.env.MARIADB_MISSING = error.message;
    process.stderr.write(`\nSkipped: tests that need MariaDB. There is ${error.message}\n`);
  }
}
