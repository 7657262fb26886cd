import type { Grant } from "./contract";
import type { Deadline } from "./deadline";
import type { UserPair } from "./user-pair";

/** All that a database engine must provide. A new engine is one file with an Engine in it, and a bundle entry. */
export interface Engine {
  /** Values of the secret's `engine` field that mean this engine. */
  readonly names: readonly string[];
  readonly defaultPort: number;
  /** Database to connect to when the secret names none. */
  readonly defaultDatabase: string;
  readonly usernames: UsernameLimits;
  readonly passwords: PasswordLimits;
  /**
   * Logs in over verified TLS.
   * @throws AuthenticationError when refused; TlsError, NetworkError, TimeoutError, DatabaseError otherwise
   */
  connect(login: Login, deadline: Deadline): Promise<Session>;
}

/** How long a user name may be for the engine to store it whole. */
export interface UsernameLimits {
  readonly maxLength: number;
  readonly unit: "bytes" | "characters";
}

export interface PasswordLimits {
  /** In characters. */
  readonly defaultLength: number;
  /** In characters. */
  readonly maxLength: number;
  /** Characters left out unless EXCLUDE_CHARACTERS says otherwise. */
  readonly excludeCharacters: string;
}

/** Where and as whom to log in. */
export interface Login {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly dbname: string;
}

/** Runs one statement with parameters and returns its rows. */
export type Query = (
  sql: string,
  parameters?: readonly unknown[],
) => Promise<readonly Record<string, unknown>[]>;

/** Who a database user belongs to, by the mark that {@link Admin} leaves on it. */
export type Ownership = "absent" | "ours" | "another secret's" | "unmarked";

/** One open connection, logged in as one user. Its methods throw RotationError only. */
export interface Session {
  query(...statement: Parameters<Query>): ReturnType<Query>;
  /** Proves that the session belongs to the user it was opened for and can use the database. */
  probe(): Promise<void>;
  /**
   * Waits for the lock that serialises changes to one user, and holds it until the session closes.
   * @param username the base user, for both users of a pair
   */
  lock(username: string): Promise<void>;
  /**
   * Changes the password of the session's own user.
   * @param used the password that this session logged in with; some engines ask for it again
   */
  changeOwnPassword(next: string, used: string): Promise<void>;
  /** What a session of the admin can do to other users. */
  readonly admin: Admin;
  /** Never throws and never hangs: a connection that cannot say goodbye is cut. */
  close(): Promise<void>;
}

export interface Admin {
  /** @param secretArn the secret that would own the user */
  ownership(username: string, secretArn: string): Promise<Ownership>;
  /** Creates a user that may log in, and marks it as belonging to the secret. */
  createUser(username: string, password: string, secretArn: string): Promise<void>;
  /** @throws PrivilegeError for users that could administer others: a repair must not become a takeover */
  setPassword(username: string, password: string): Promise<void>;
  /** Marks a user that proved to be the secret's. Marks and comments of others are left alone. */
  mark(username: string, secretArn: string): Promise<void>;
  /** Makes the user's privileges on schemas exactly these: grants what is missing, revokes what is beyond. */
  applyGrants(username: string, grants: readonly Grant[]): Promise<void>;
  /**
   * Makes the clone equal to its base in all but name and password: privileges, default roles, limits, TLS
   * requirements; what the clone has beyond is revoked. Creates and marks it, locked, where there is none.
   * Each part may be repeated after a death anywhere in it.
   */
  ensureClone(pair: UserPair, secretArn: string): Promise<void>;
  /** Gives the clone its password and unlocks it, in one statement: the last thing that happens to it. */
  openClone(pair: UserPair, password: string): Promise<void>;
  /** @throws PrivilegeError saying in what the clone's privileges differ from its base's */
  requireEqualPrivileges(pair: UserPair): Promise<void>;
}
