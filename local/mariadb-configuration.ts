import { createHash } from "node:crypto";
import { join } from "node:path";
import { escapeId, escape as escapeLiteral } from "mysql2/promise";

/** What the configuration of one server refers to. */
export interface MariadbFiles {
  readonly folder: string;
  readonly errorLog: string;
  readonly generalLog: string;
}

export interface InitialUsers {
  readonly superuser: string;
  readonly superuserPassword: string;
  readonly adminUsername: string;
  readonly adminPassword: string;
}

// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html, RDS for MariaDB.
const MASTER_PRIVILEGES =
  "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER, SHOW DATABASES, " +
  "CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, " +
  "ALTER ROUTINE, CREATE USER, EVENT, TRIGGER, REPLICATION SLAVE";

/** Run by the server before it listens: nobody ever meets the accounts without password that the installer made. */
export function initialStatements(users: InitialUsers, database: string): string {
  const account = (name: string) => `${escapeLiteral(name)}@'%'`;
  const create = (name: string, password: string) =>
    `CREATE USER ${account(name)} IDENTIFIED BY PASSWORD '${nativeHash(password)}' REQUIRE SSL;`;
  const statements = [
    // The general log must know no password; hashes alone are sent, and these not even logged.
    "SET sql_log_off = ON;",
    "DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys';",
    "DELETE FROM mysql.proxies_priv;",
    "FLUSH PRIVILEGES;",
    create(users.superuser, users.superuserPassword),
    `GRANT ALL PRIVILEGES ON *.* TO ${account(users.superuser)} WITH GRANT OPTION;`,
    create(users.adminUsername, users.adminPassword),
    `GRANT ${MASTER_PRIVILEGES} ON *.* TO ${account(users.adminUsername)} WITH GRANT OPTION;`,
    `CREATE DATABASE ${escapeId(database, true)};`,
  ];
  return `${statements.join("\n")}\n`;
}

/** What mysql_native_password stores: https://mariadb.com/kb/en/authentication-plugin-mysql_native_password/ */
function nativeHash(password: string): string {
  const once = createHash("sha1").update(password).digest();
  return `*${createHash("sha1").update(once).digest("hex").toUpperCase()}`;
}

/** The server's option file. @throws Error for a setting that cannot be written there */
export function optionFile(files: MariadbFiles, settings: Readonly<Record<string, string>>): string {
  const all: Record<string, string> = {
    datadir: join(files.folder, "data"),
    // A server that starts removes the temporary tables that it finds, those of other servers in /tmp too.
    tmpdir: files.folder,
    bind_address: "127.0.0.1",
    // Without a name there is no Unix socket.
    socket: "",
    pid_file: join(files.folder, "server.pid"),
    log_error: files.errorLog,
    general_log_file: files.generalLog,
    skip_name_resolve: "ON",
    require_secure_transport: "ON",
    ssl_cert: join(files.folder, "server.crt"),
    ssl_key: join(files.folder, "server.key"),
    tls_version: "TLSv1.2,TLSv1.3",
    local_infile: "OFF",
    character_set_server: "utf8mb4",
    // Thrown away at the end, so a lost page does not matter; and little to write.
    innodb_flush_log_at_trx_commit: "0",
    innodb_flush_method: "nosync",
    innodb_doublewrite: "OFF",
    innodb_log_file_size: "4M",
    innodb_buffer_pool_size: "16M",
    innodb_fast_shutdown: "2",
    aria_pagecache_buffer_size: "1M",
    key_buffer_size: "1M",
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => {
    if (!/^[a-z_][a-z0-9_]*$/i.test(name)) throw new Error(`not the name of a MariaDB setting: ${name}`);
    if (/[\r\n"]/.test(value)) throw new Error(`not a value for MariaDB's option file: ${value}`);
    return `${name} = "${value.replaceAll("\\", "\\\\")}"`;
  });
  return `[mariadbd]\n${lines.join("\n")}\n`;
}
