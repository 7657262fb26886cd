import { crashTests } from "../support/crash-tests";

const describeWhereInstalled = process.env.MARIADB_MISSING ? describe.skip : describe;
describeWhereInstalled("mariadb", () => crashTests("mariadb", "alternating-users"));
