import type { Account, Run } from "./mysql-sql";

/** Time limits of a session, in whole seconds. */
export interface Limits {
  readonly lock: number;
  readonly statement: number;
}

/** An account that exists, and how it authenticates. */
export interface ExistingAccount extends Account {
  readonly plugin: string;
}

/** Whose an account is, by its mark. */
export type AccountOwnership = "ours" | "another secret's" | "unmarked";

/** In what MySQL 8 and MariaDB differ. */
export interface Dialect {
  readonly name: string;
  /** Plugins of accounts whose password we can set and log in with. */
  readonly plugins: readonly string[];
  /** What ALL PRIVILEGES on a database stands for, where the admin could not grant or revoke ALL itself. */
  readonly allOnDatabase: readonly string[] | undefined;
  /** Gives a session its limits and the mode that our quoting relies on. */
  settings(limits: Limits): string;
  changeOwnPassword(run: Run, doing: string, next: string, used: string): Promise<void>;
  /** The account's authentication clause for CREATE USER and ALTER USER. */
  identification(plugin: string, password: string): string;
  /** SELECT of user, host, plugin and, where roles are not users, is_role ("Y" or "N") for a user name. */
  readonly accountsQuery: string;
  ownership(run: Run, account: Account, secretArn: string): Promise<AccountOwnership>;
  mark(run: Run, account: Account, secretArn: string): Promise<void>;
  /** Whether SHOW GRANTS names this role only because it is a mark. */
  isMark(role: string): boolean;
  /** Makes an account with a password, marked; what a death leaves is recognised as ours, and locks nobody in. */
  create(run: Run, account: Account, password: string, secretArn: string): Promise<void>;
  /** Makes an account that nobody can log in to, marked. */
  createLocked(run: Run, account: ExistingAccount, secretArn: string): Promise<void>;
  /** Statement run before an admin sets a password, if any. */
  beforePassword(account: Account): string | undefined;
  /** Roles that are active at login, as SQL, sorted. */
  defaultRoles(run: Run, account: Account): Promise<readonly string[]>;
  /** @param roles as {@link defaultRoles} gave them */
  setDefaultRoles(account: Account, roles: readonly string[]): string;
}
