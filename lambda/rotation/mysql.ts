import { mysql } from "./engines/mysql";
import { createHandler } from "./handler";

/** Entry point of the MySQL bundle: MySQL 8 and Aurora MySQL. */
export const handler = createHandler(mysql);
