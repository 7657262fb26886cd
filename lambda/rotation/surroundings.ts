import type { Deadline } from "./deadline";
import type { Engine, Session } from "./engine";
import { AuthenticationError, SecretStateError, SecretValueError } from "./errors";
import type { Hooks } from "./hooks";
import type { Log } from "./log";
import type { Metrics } from "./metrics";
import type { Redactor } from "./redactor";
import type { SecretStore, StoredVersion, VersionName } from "./secret-store";
import {
  type AdminSecretValue,
  type Identity,
  loginOf,
  parseAdminSecretValue,
  parseSecretValue,
  requireDatabaseHost,
  requireEngine,
  type SecretValue,
} from "./secret-value";

/** What an invocation works with, whichever step it is for. */
export interface Surroundings {
  readonly engine: Engine;
  readonly store: SecretStore;
  readonly openStore: (secretId: string) => SecretStore;
  readonly deadline: Deadline;
  readonly redactor: Redactor;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly hooks: Hooks;
}

/** Reads and checks a version's JSON, and teaches the redactor its password. */
export function readValue(
  { engine, store, redactor }: Surroundings,
  { json, versionId }: StoredVersion,
): SecretValue {
  const value = parseSecretValue(json, `secret ${store.secretId}, version ${versionId}`);
  redactor.add(value.password);
  requireEngine(value, engine);
  requireDatabaseHost(value);
  return value;
}

/** What Secrets Manager says of a version that it cannot decrypt (any more): its key is gone, or is not ours. */
const UNDECRYPTABLE = new Set(["AccessDeniedException", "DecryptionFailure"]);

/** A version's value, or undefined where it can be of no help: what was once stored by mistake stays for years. */
export async function readUsable(
  surroundings: Surroundings,
  version: VersionName,
): Promise<SecretValue | undefined> {
  try {
    const stored = await surroundings.store.read(version);
    return stored && readValue(surroundings, stored);
  } catch (error) {
    const { name, message } = error as Error;
    if (!(error instanceof SecretValueError) && !UNDECRYPTABLE.has(name)) throw error;
    surroundings.log.warn("A version is passed over", { ...version, reason: message });
    return undefined;
  }
}

/** Logs in, and tells a refused login (undefined; why is in the log) from every other failure (thrown). */
export async function tryLogin(
  { engine, deadline, log }: Surroundings,
  value: SecretValue,
): Promise<Session | undefined> {
  try {
    return await engine.connect(loginOf(value, value.password, engine), deadline);
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    log.info("A login was refused", { reason: error.message });
    return undefined;
  }
}

/** Whether the database accepts a value's password. */
export async function accepts(surroundings: Surroundings, value: SecretValue): Promise<boolean> {
  const session = await tryLogin(surroundings, value);
  await session?.close();
  return session !== undefined;
}

/**
 * Logs in as the admin, on the host of the user's own secret.
 * @throws AuthenticationError, SecretStateError or SecretValueError saying what is wrong with the admin's secret
 */
export async function openAdmin(
  surroundings: Surroundings,
  target: Identity,
  masterarn: string,
): Promise<Session> {
  const { engine, deadline, redactor, openStore } = surroundings;
  const stored = await openStore(masterarn).read({ stage: "AWSCURRENT" });
  if (!stored) throw new SecretStateError(`The admin secret ${masterarn} has no value under AWSCURRENT.`);
  const admin: AdminSecretValue = parseAdminSecretValue(stored.json, `admin secret ${masterarn}`);
  redactor.add(admin.password);
  if (admin.host && admin.host !== target.host) {
    throw new SecretStateError(
      `The admin secret ${masterarn} must be for host "${target.host}", got "${admin.host}": ` +
        "an admin's password is never sent to another host.",
    );
  }
  const login = loginOf({ ...target, username: admin.username }, admin.password, engine);
  try {
    return await engine.connect(login, deadline);
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    throw new AuthenticationError(
      `The database on ${target.host} refuses the admin "${admin.username}" of secret ${masterarn}: ` +
        `${error.message} Where RDS has just rotated it, the next attempt reads the new password.`,
      { cause: error },
    );
  }
}
