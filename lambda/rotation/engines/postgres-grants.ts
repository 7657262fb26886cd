import pg from "pg";
import type { Grant, Privilege } from "../contract";
import type { Query } from "../engine";
import { PrivilegeError } from "../errors";

interface PrivilegeSet {
  readonly schema: string;
  readonly tables: string;
  readonly sequences: string;
}

/** What each declared privilege means. Functions are left out: PostgreSQL lets everybody execute them. */
const MEANING: Readonly<Record<Privilege, PrivilegeSet>> = {
  readonly: { schema: "USAGE", tables: "SELECT", sequences: "SELECT" },
  readwrite: {
    schema: "USAGE",
    tables: "SELECT, INSERT, UPDATE, DELETE",
    sequences: "USAGE, SELECT, UPDATE",
  },
  owner: { schema: "USAGE, CREATE", tables: "ALL", sequences: "ALL" },
};

/**
 * Taken before privileges change: users are declared side by side, and PostgreSQL refuses two changes to one schema's
 * privileges at once ("tuple concurrently updated"). Held until the transaction ends.
 */
export const LOCK_GRANTS = "SELECT pg_advisory_xact_lock(hashtextextended('rds-secret-rotation grants', 0))";

/**
 * Makes a role's privileges on schemas exactly the declared ones, for existing and future objects.
 * Runs as the admin, inside a transaction. Future objects are covered by default privileges, which PostgreSQL
 * keeps for each role that creates objects: the admin's are the record that a later owner's are copied from.
 * @throws PrivilegeError when the admin lacks the right to grant something
 */
export async function applyGrants(query: Query, username: string, grants: readonly Grant[]): Promise<void> {
  const role = pg.escapeIdentifier(username);
  await query(LOCK_GRANTS);
  const [database] = await query("SELECT current_database() AS name");
  await query(`GRANT CONNECT ON DATABASE ${pg.escapeIdentifier(String(database?.name))} TO ${role}`);
  for (const schema of await schemasGrantedTo(query, username)) {
    await revokeAll(query, role, schema);
  }
  for (const { schema, privilege } of grants) {
    await grantOne(query, username, schema, MEANING[privilege]);
    if (privilege === "owner") await becomeCreator(query, username, schema);
    await requireUsage(query, username, schema);
  }
}

async function schemasGrantedTo(query: Query, username: string): Promise<string[]> {
  const rows = await query(
    `SELECT DISTINCT n.nspname AS schema
     FROM pg_namespace n
     JOIN pg_roles grantee ON grantee.rolname = $1
     WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       AND (EXISTS (SELECT FROM aclexplode(n.nspacl) a WHERE a.grantee = grantee.oid)
         OR EXISTS (SELECT FROM pg_class c, aclexplode(c.relacl) a
                    WHERE c.relnamespace = n.oid AND a.grantee = grantee.oid AND c.relowner <> grantee.oid)
         OR EXISTS (SELECT FROM pg_default_acl d, aclexplode(d.defaclacl) a
                    WHERE d.defaclnamespace = n.oid AND a.grantee = grantee.oid))`,
    [username],
  );
  return rows.map((row) => String(row.schema));
}

async function revokeAll(query: Query, role: string, schemaName: string): Promise<void> {
  const schema = pg.escapeIdentifier(schemaName);
  await query(`REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM ${role}`);
  await query(`REVOKE ALL ON ALL SEQUENCES IN SCHEMA ${schema} FROM ${role}`);
  await query(`REVOKE ALL ON SCHEMA ${schema} FROM ${role}`);
  for (const creator of await creators(query, schemaName)) {
    const defaults = `ALTER DEFAULT PRIVILEGES FOR ROLE ${pg.escapeIdentifier(creator)} IN SCHEMA ${schema}`;
    await query(`${defaults} REVOKE ALL ON TABLES FROM ${role}`);
    await query(`${defaults} REVOKE ALL ON SEQUENCES FROM ${role}`);
  }
}

async function grantOne(
  query: Query,
  username: string,
  schemaName: string,
  privileges: PrivilegeSet,
): Promise<void> {
  const [schema, role] = [pg.escapeIdentifier(schemaName), pg.escapeIdentifier(username)];
  const [existing] = await query("SELECT FROM pg_namespace WHERE nspname = $1", [schemaName]);
  // CREATE SCHEMA IF NOT EXISTS would ask for the right to create even where nothing is to be created.
  if (!existing) await query(`CREATE SCHEMA ${schema}`);
  await query(`GRANT ${privileges.schema} ON SCHEMA ${schema} TO ${role}`);
  await query(`GRANT ${privileges.tables} ON ALL TABLES IN SCHEMA ${schema} TO ${role}`);
  await query(`GRANT ${privileges.sequences} ON ALL SEQUENCES IN SCHEMA ${schema} TO ${role}`);
  for (const creator of await creators(query, schemaName)) {
    if (creator !== username) await grantFuture(query, creator, schemaName, username, privileges);
  }
}

async function grantFuture(
  query: Query,
  creator: string,
  schemaName: string,
  username: string,
  privileges: PrivilegeSet,
): Promise<void> {
  const role = pg.escapeIdentifier(username);
  const defaults =
    `ALTER DEFAULT PRIVILEGES FOR ROLE ${pg.escapeIdentifier(creator)} ` +
    `IN SCHEMA ${pg.escapeIdentifier(schemaName)}`;
  await query(`${defaults} GRANT ${privileges.tables} ON TABLES TO ${role}`);
  await query(`${defaults} GRANT ${privileges.sequences} ON SEQUENCES TO ${role}`);
}

/** The roles that may create objects in a schema and that the admin may act for, the admin first. */
async function creators(query: Query, schemaName: string): Promise<string[]> {
  const rows = await query(
    `SELECT rolname AS name FROM pg_roles
     WHERE rolname = current_user
        OR (has_schema_privilege(oid, $1, 'CREATE') AND NOT rolsuper AND rolname !~ '^(pg_|rds)'
            AND pg_has_role(current_user, oid, 'USAGE'))
     ORDER BY rolname <> current_user, rolname`,
    [schemaName],
  );
  return rows.map((row) => String(row.name));
}

/** An owner creates objects too: whoever may use the admin's future objects may use the owner's. */
async function becomeCreator(query: Query, username: string, schemaName: string): Promise<void> {
  const [server] = await query("SELECT current_setting('server_version_num')::int >= 160000 AS has_options");
  const options = server?.has_options ? " WITH INHERIT TRUE, SET TRUE" : "";
  // Without membership the admin could neither set the owner's defaults nor grant on what the owner creates.
  const [member] = await query("SELECT pg_has_role(current_user, $1, 'USAGE') AS already", [username]);
  if (!member?.already) await query(`GRANT ${pg.escapeIdentifier(username)} TO CURRENT_USER${options}`);
  const others = await query(
    `SELECT r.rolname AS name, bool_or(a.privilege_type = 'TRUNCATE') AS owner,
            bool_or(a.privilege_type = 'INSERT') AS writes
     FROM pg_default_acl d
     JOIN pg_namespace n ON n.oid = d.defaclnamespace AND n.nspname = $1
     CROSS JOIN aclexplode(d.defaclacl) a
     JOIN pg_roles r ON r.oid = a.grantee
     WHERE d.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user) AND d.defaclobjtype = 'r'
       AND r.rolname NOT IN (current_user, $2)
     GROUP BY r.rolname`,
    [schemaName, username],
  );
  for (const { name, owner, writes } of others) {
    const privilege = owner ? "owner" : writes ? "readwrite" : "readonly";
    await grantFuture(query, username, schemaName, String(name), MEANING[privilege]);
  }
}

/** A GRANT without the right to grant is only a warning in PostgreSQL. */
async function requireUsage(query: Query, username: string, schemaName: string): Promise<void> {
  const [row] = await query("SELECT has_schema_privilege($1, $2, 'USAGE') AS granted", [
    username,
    schemaName,
  ]);
  if (row?.granted) return;
  throw new PrivilegeError(
    `The admin may not grant on schema "${schemaName}", so user "${username}" cannot use it. Make the admin its ` +
      "owner, or grant it USAGE WITH GRANT OPTION.",
  );
}
