import type { ConnectionFacts } from "./contract";
import type { Query } from "./engine";

/**
 * Where to customise the rotation. A hook that throws fails the step with its own message; Secrets Manager
 * then retries the rotation. Hooks may run more than once for one rotation.
 */
export interface Hooks {
  /**
   * Before a new password is stored under AWSPENDING: refuse it, e.g. against a policy of your own.
   * The password is given so that it can be judged; it must not be logged.
   */
  validatePending(pending: ConnectionFacts & { readonly password: string }): void | Promise<void>;
  /** After the database accepts the pending password: tell whoever must know, e.g. a connection pooler. */
  afterSetSecret(connection: ConnectionFacts): void | Promise<void>;
  /** In testSecret, logged in with the pending password: try what your application needs. */
  testConnection(query: Query, connection: ConnectionFacts): void | Promise<void>;
}

export const hooks: Hooks = {
  validatePending() {},
  afterSetSecret() {},
  testConnection() {},
};
