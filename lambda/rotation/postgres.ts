import { postgres } from "./engines/postgres";
import { createHandler } from "./handler";

/** Entry point of the PostgreSQL bundle: the archive holds this engine's driver and no other. */
export const handler = createHandler(postgres);
