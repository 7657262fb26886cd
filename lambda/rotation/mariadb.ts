import { mariadb } from "./engines/mysql";
import { createHandler } from "./handler";

/** Entry point of the MariaDB bundle. */
export const handler = createHandler(mariadb);
