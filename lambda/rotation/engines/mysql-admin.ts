import type { Grant } from "../contract";
import type { Admin, Ownership } from "../engine";
import { DatabaseError, PrivilegeError } from "../errors";
import type { UserPair } from "../user-pair";
import { CloneKeeper } from "./mysql-clones";
import type { Dialect, ExistingAccount } from "./mysql-dialect";
import {
  administers,
  convergingStatements,
  declaredRights,
  isOnDatabases,
  type Right,
  rightsOf,
  rightsOfRole,
} from "./mysql-grants";
import { type Account, accountName, identifier, type Run, requireUsername } from "./mysql-sql";

export interface AdminFacts {
  /** "host:port", for messages. */
  readonly server: string;
  readonly maxUsernameLength: number;
  /** The admin's own account. */
  readonly account: Account;
  /** Whether the server's database names have no capitals. */
  readonly lowercase: boolean;
}

/**
 * What the admin does to other users. A secret knows a user by its name alone, so all accounts of a name are one
 * user here: it is ours when all of them are, and they share one password.
 */
export class MysqlAdmin implements Admin {
  readonly #run: Run;
  readonly #dialect: Dialect;
  readonly #facts: AdminFacts;
  readonly #clones: CloneKeeper;

  constructor(run: Run, dialect: Dialect, facts: AdminFacts) {
    this.#run = run;
    this.#dialect = dialect;
    this.#facts = facts;
    this.#clones = new CloneKeeper(run, dialect);
  }

  async ownership(username: string, secretArn: string): Promise<Ownership> {
    const owners = new Set<Ownership>();
    for (const account of await this.#accounts(username)) {
      owners.add(await this.#dialect.ownership(this.#run, account, secretArn));
    }
    if (owners.size === 0) return "absent";
    return (
      (["another secret's", "unmarked", "ours"] as const).find((owner) => owners.has(owner)) ?? "unmarked"
    );
  }

  async createUser(username: string, password: string, secretArn: string): Promise<void> {
    const ownership = await this.ownership(username, secretArn);
    // An earlier attempt died between its statements.
    if (ownership === "ours") return await this.setPassword(username, password);
    if (ownership !== "absent") {
      throw new DatabaseError(
        `User "${username}" exists on ${this.#facts.server} already and is ${ownership}.`,
      );
    }
    await this.#dialect.create(this.#run, { user: username, host: "%" }, password, secretArn);
  }

  async setPassword(username: string, password: string): Promise<void> {
    const accounts = await this.#existing(username);
    for (const account of accounts) await this.#requireOrdinary(account);
    for (const account of accounts) await this.#setPassword(account, password, "");
  }

  async mark(username: string, secretArn: string): Promise<void> {
    const accounts = await this.#accounts(username);
    // A login proves one account, and the server does not say which of several it was.
    const [account] = accounts;
    if (!account || accounts.length > 1) return;
    if ((await this.#dialect.ownership(this.#run, account, secretArn)) !== "unmarked") return;
    try {
      await this.#dialect.mark(this.#run, account, secretArn);
    } catch (error) {
      // An adopted user that this admin may not alter still rotates by itself; it only can't be repaired.
      if (!(error instanceof PrivilegeError)) throw error;
    }
  }

  /**
   * Privileges on databases, tables, columns and routines. Roles and global privileges are left alone: what is
   * declared does not speak of them.
   */
  async applyGrants(username: string, grants: readonly Grant[]): Promise<void> {
    for (const { schema } of grants) await this.#ensureDatabase(schema);
    const declared = declaredRights(grants, this.#facts.lowercase);
    for (const account of await this.#existing(username)) {
      const has = (await rightsOf(this.#run, this.#dialect, account)).filter(isOnDatabases);
      const shallHave = [...declared, ...toleratedAll(has, grants, declared)];
      for (const statement of convergingStatements(account, has, shallHave)) {
        await this.#run(`granting privileges to "${username}"@"${account.host}"`, statement);
      }
    }
  }

  async ensureClone({ base, clone }: UserPair, secretArn: string): Promise<void> {
    const [bases, clones] = [await this.#existing(base), await this.#accounts(clone)];
    await this.#clones.dropElsewhere(bases, clones, secretArn);
    for (const account of bases) {
      const twin = { ...account, user: clone };
      const exists = clones.some(({ host }) => host === account.host);
      if (!exists) this.#requireSpoken(account);
      await this.#clones.ensure(account, twin, exists, secretArn);
    }
  }

  async openClone({ clone }: UserPair, password: string): Promise<void> {
    for (const account of await this.#existing(clone)) {
      await this.#setPassword(account, password, " ACCOUNT UNLOCK");
    }
  }

  async requireEqualPrivileges({ base, clone }: UserPair): Promise<void> {
    const differences = await this.#clones.differences(
      await this.#existing(base),
      await this.#existing(clone),
    );
    if (differences.length === 0) return;
    throw new PrivilegeError(
      `User "${clone}" on ${this.#facts.server} differs from "${base}": ${differences.join("; ")}.`,
    );
  }

  async #setPassword(account: ExistingAccount, password: string, clause: string): Promise<void> {
    this.#requireSpoken(account);
    const doing = `setting the password of "${account.user}"@"${account.host}"`;
    const before = this.#dialect.beforePassword(account);
    if (before) await this.#run(doing, before);
    const identification = this.#dialect.identification(account.plugin, password);
    await this.#run(doing, `ALTER USER ${accountName(account)} ${identification}${clause}`, { secret: true });
  }

  async #accounts(username: string): Promise<ExistingAccount[]> {
    requireUsername(username, this.#facts.maxUsernameLength);
    const rows = await this.#run(`looking up user "${username}"`, this.#dialect.accountsQuery, {
      parameters: [username],
    });
    return rows
      .filter(({ is_role }) => is_role !== "Y")
      .map(({ user, host, plugin }) => ({ user: String(user), host: String(host), plugin: String(plugin) }));
  }

  async #existing(username: string): Promise<ExistingAccount[]> {
    const accounts = await this.#accounts(username);
    if (accounts.length > 0) return accounts;
    throw new DatabaseError(`User "${username}" does not exist on ${this.#facts.server}.`);
  }

  /** @throws DatabaseError for a plugin that keeps the account from logging in with what we would set */
  #requireSpoken({ user, host, plugin }: ExistingAccount): void {
    if (this.#dialect.plugins.includes(plugin)) return;
    throw new DatabaseError(
      `User "${user}"@"${host}" on ${this.#facts.server} authenticates with ${plugin}, which this function does ` +
        `not speak. Alter it to ${this.#dialect.plugins.join(" or ")}.`,
    );
  }

  async #requireOrdinary(account: Account): Promise<void> {
    const rights = await rightsOf(this.#run, this.#dialect, account);
    const isAdmin = account.user === this.#facts.account.user;
    if (!isAdmin && !administers(rights) && !(await this.#hasAdministrativeRole(rights))) return;
    throw new PrivilegeError(
      `User "${account.user}"@"${account.host}" has administrative privileges, so the admin does not set its ` +
        "password: a forged secret must not make the admin take over another administrator.",
    );
  }

  async #hasAdministrativeRole(rights: readonly Right[], seen = new Set<string>()): Promise<boolean> {
    for (const { privilege: role, on } of rights) {
      if (on !== undefined || seen.has(role)) continue;
      seen.add(role);
      const further = await rightsOfRole(this.#run, this.#dialect, role);
      if (administers(further) || (await this.#hasAdministrativeRole(further, seen))) return true;
    }
    return false;
  }

  async #ensureDatabase(name: string): Promise<void> {
    const doing = `looking up database "${name}"`;
    const [existing] = await this.#run(
      doing,
      "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?",
      { parameters: [this.#facts.lowercase ? name.toLowerCase() : name] },
    );
    // CREATE DATABASE IF NOT EXISTS would ask for the right to create even where nothing is to be created.
    if (!existing) await this.#run(`creating database "${name}"`, `CREATE DATABASE ${identifier(name)}`);
  }
}

/** An owner who was given ALL keeps it: on MariaDB the admin could neither give it back nor take it. */
function toleratedAll(has: readonly Right[], grants: readonly Grant[], declared: readonly Right[]): Right[] {
  if (!grants.some(({ privilege }) => privilege === "owner")) return [];
  const owned = new Set(declared.filter(({ privilege }) => privilege === "CREATE").map(({ on }) => on));
  return has.filter(({ privilege, on }) => privilege === "ALL PRIVILEGES" && owned.has(on));
}
