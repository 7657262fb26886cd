/** A database server on this machine, that stands in for an aws_db_instance. */
export interface DatabaseServer {
  readonly host: "localhost";
  readonly port: number;
  readonly database: string;
  /** Its name and version, as "PostgreSQL 18.4". */
  readonly version: string;
  /** File with the CA that signed the server's certificate, PEM. */
  readonly caFile: string;
  /** Login of the admin, which has the rights of RDS's master user. */
  readonly adminUsername: string;
  readonly adminPassword: string;
  /** The server's log so far. */
  log(): Promise<string>;
  /** Ends the server and removes its folder. May be called twice. */
  stop(): Promise<void>;
}
