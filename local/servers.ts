import type { DatabaseServer } from "./database-server";

/** How this machine stands in for an RDS instance of one engine. */
export interface LocalServer {
  /** As people write it. */
  readonly title: string;
  /** Starts a server with an empty database and its admin. */
  start(options: { database: string; adminUsername: string }): Promise<DatabaseServer>;
  /** A command that connects as a user, for people to try; it asks for the password. */
  client(server: DatabaseServer, username: string): string;
}

/** Loaded where they are used: each brings a driver along. */
const SERVERS: Readonly<Record<string, LocalServer>> = {
  postgres: {
    title: "PostgreSQL",
    start: async (options) => (await import("./postgres")).startPostgres(options),
    client: ({ port, database, caFile }, username) =>
      `psql 'host=localhost port=${port} dbname=${database} user=${username} sslmode=verify-full sslrootcert=${caFile}'`,
  },
  mariadb: {
    title: "MariaDB",
    start: async (options) => (await import("./mariadb")).startMariadb(options),
    client: ({ port, database, caFile }, username) =>
      `mariadb --protocol=tcp --host=localhost --port=${port} --user=${username} --password ` +
      `--ssl-ca=${caFile} --ssl-verify-server-cert ${database}`,
  },
};

/** Engines that `npm start` can play. */
export const LOCAL_ENGINES = Object.keys(SERVERS);

/** @param engine as the stack declares it. @throws for one that no server here can stand in for */
export function serverFor(engine: string): LocalServer {
  const server = SERVERS[engine];
  if (server !== undefined) return server;
  throw new Error(
    `the local run has servers for ${LOCAL_ENGINES.join(" and ")}, not for the engine "${engine}"`,
  );
}
