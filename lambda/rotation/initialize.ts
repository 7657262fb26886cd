import { createHash } from "node:crypto";
import {
  CLONE_SUFFIX,
  type ConnectionFacts,
  type InitializeSecretEvent,
  type InitializeSecretResult,
} from "./contract";
import type { Session } from "./engine";
import { AuthenticationError, EventError, NetworkError, SecretStateError } from "./errors";
import { generatePassword } from "./password";
import type { SecretDescription } from "./secret-store";
import { differingField, requireDatabaseHost, requireEngine, type SecretValue } from "./secret-value";
import { passwordPolicy } from "./settings";
import { accepts, openAdmin, readUsable, readValue, type Surroundings } from "./surroundings";
import { hasRoomForClone, pairOf } from "./user-pair";

/** How long IAM policies and DNS names of a fresh deployment may take to spread; in milliseconds. */
const PROPAGATION_PATIENCE = 90_000;

/**
 * Makes the declaration true: the user exists, logs in with the value under AWSCURRENT, and has exactly the
 * declared privileges. A value that exists is never lost: it is verified, and the database is mended to match.
 * Runs as often as wanted, also at the same time as another run or a rotation.
 */
export async function initializeSecret(
  surroundings: Surroundings,
  event: InitializeSecretEvent,
): Promise<InitializeSecretResult> {
  const { Connection: declared, Grants } = event;
  requireEngine(declared, surroundings.engine);
  requireDatabaseHost(declared);
  if (declared.username.endsWith(CLONE_SUFFIX)) {
    throw new EventError(
      `Connection.username must not end in "${CLONE_SUFFIX}", which names the second of two alternating users, ` +
        `got "${declared.username}"`,
    );
  }
  const admin = await openAdminPatiently(surroundings, declared);
  try {
    await admin.lock(pairOf(declared.username).base);
    const description = await surroundings.store.describe();
    const { arn } = description;
    const result = await new Initialization(surroundings, admin, declared, description).run();
    await admin.admin.applyGrants(declared.username, Grants);
    const pair = pairOf(declared.username);
    // Some engines' clones hold privileges of their own, which have to follow. A name too long for a clone has none.
    const mayHaveClone = hasRoomForClone(pair, surroundings.engine.usernames);
    if (mayHaveClone && (await admin.admin.ownership(pair.clone, arn)) === "ours") {
      await admin.admin.ensureClone(pair, arn);
    }
    surroundings.log.info("The user is as declared", {
      username: declared.username,
      outcome: result.Outcome,
      grants: Grants.map(({ privilege, schema }) => `${privilege} on ${schema}`),
    });
    return result;
  } finally {
    await admin.close();
  }
}

/** A fresh deployment's first call may come before its policies, routes and names have spread. */
async function openAdminPatiently(
  surroundings: Surroundings,
  declared: InitializeSecretEvent["Connection"],
): Promise<Session> {
  const { deadline, log } = surroundings;
  return await deadline.retry(() => openAdmin(surroundings, declared, declared.masterarn), {
    patience: PROPAGATION_PATIENCE,
    isPassing: (error) =>
      error instanceof NetworkError || (error instanceof Error && error.name === "AccessDeniedException"),
    onRetry: (error) => log.warn("Waiting", { for: error instanceof Error ? error.message : String(error) }),
  });
}

type Outcome = Omit<InitializeSecretResult, "SecretId" | "Username">;

/** Bringing one user and its secret together, under the user's lock. */
class Initialization {
  readonly #surroundings: Surroundings;
  readonly #admin: Session;
  readonly #declared: ConnectionFacts;
  readonly #secretArn: string;
  readonly #currentId: string | undefined;

  constructor(
    surroundings: Surroundings,
    admin: Session,
    declared: ConnectionFacts,
    { arn, versions }: SecretDescription,
  ) {
    this.#surroundings = surroundings;
    this.#admin = admin;
    this.#declared = declared;
    this.#secretArn = arn;
    this.#currentId = [...versions].find(([, stages]) => stages.includes("AWSCURRENT"))?.[0];
  }

  async run(): Promise<InitializeSecretResult> {
    const outcome = this.#currentId ? await this.#verify(this.#currentId) : await this.#create();
    return { SecretId: this.#secretArn, Username: this.#declared.username, ...outcome };
  }

  /** The database first, then the secret: whatever is under AWSCURRENT logs in from the moment it is there. */
  async #create(): Promise<Outcome> {
    const { store, engine, redactor } = this.#surroundings;
    const password = generatePassword(passwordPolicy(engine.passwords));
    redactor.add(password);
    await this.#setInDatabase(this.#declared.username, password);
    const value = { ...this.#declared, password };
    // One token for all runs: of two runs at once, one value is stored, and both end with that one.
    const token = tokenOf(this.#secretArn);
    const stored = await store.put(token, JSON.stringify(value), "AWSCURRENT");
    if (stored) return { VersionId: token, Outcome: "created" };
    return await this.#verify(token);
  }

  async #verify(versionId: string): Promise<Outcome> {
    const stored = await this.#surroundings.store.readWritten(versionId);
    if (!stored) {
      throw new SecretStateError(`Version ${versionId} of secret ${this.#secretArn} cannot be read.`);
    }
    const value = readValue(this.#surroundings, stored);
    this.#requireDeclaredUser(value.username);
    const declared = { ...this.#declared, username: value.username };
    if (differingField(value, declared, this.#surroundings.engine))
      return await this.#redirect(versionId, value);
    if (await accepts(this.#surroundings, value)) {
      await this.#admin.admin.mark(value.username, this.#secretArn);
      return { VersionId: versionId, Outcome: "verified" };
    }
    if (await this.#rotationIsBetweenSetAndFinish(value))
      return { VersionId: versionId, Outcome: "verified" };
    await this.#setInDatabase(value.username, value.password);
    await this.#requireLogin(value);
    this.#surroundings.metrics.repair("admin");
    return { VersionId: versionId, Outcome: "repaired" };
  }

  /** Under alternating-users AWSCURRENT holds the declared user or its clone. */
  #requireDeclaredUser(username: string): void {
    const { base, clone } = pairOf(this.#declared.username);
    if (username === base || username === clone) return;
    throw new SecretStateError(
      `The secret holds user "${username}", the declaration names "${this.#declared.username}". ` +
        "One secret stays with one user: declare a new user with a secret of its own.",
    );
  }

  /** The declaration moved on (a restored or renamed instance): the same password, at the declared place. */
  async #redirect(versionId: string, value: SecretValue): Promise<Outcome> {
    const { port: _port, dbname: _dbname, ...kept } = value;
    const next: SecretValue = { ...kept, ...this.#declared, username: value.username };
    if (!(await accepts(this.#surroundings, next))) await this.#setInDatabase(next.username, next.password);
    await this.#requireLogin(next);
    // The same for every run on one version. Of the password nothing goes into it: version ids are no secrets.
    const token = tokenOf(this.#secretArn, versionId, JSON.stringify(this.#declared));
    await this.#surroundings.store.put(token, JSON.stringify(next), "AWSCURRENT");
    return { VersionId: token, Outcome: "repaired" };
  }

  async #setInDatabase(username: string, password: string): Promise<void> {
    const { admin } = this.#admin;
    const pair = pairOf(username);
    const ownership = await admin.ownership(username, this.#secretArn);
    if (ownership === "absent" && username !== this.#declared.username) {
      await admin.ensureClone(pair, this.#secretArn);
      return await admin.openClone(pair, password);
    }
    if (ownership === "absent") return await admin.createUser(username, password, this.#secretArn);
    if (ownership === "ours") return await admin.setPassword(username, password);
    throw new SecretStateError(
      `User "${username}" exists already and is ${ownership === "unmarked" ? "not marked as this secret's" : ownership}; ` +
        "its password stays. Store its password under AWSCURRENT to adopt it, or declare another user name.",
    );
  }

  async #requireLogin(value: SecretValue): Promise<void> {
    if (await accepts(this.#surroundings, value)) return;
    throw new AuthenticationError(
      `The database on ${value.host} still refuses user "${value.username}" after its password was set.`,
    );
  }

  /** Then AWSPENDING logs in, and finishing the rotation is what mends AWSCURRENT. */
  async #rotationIsBetweenSetAndFinish(current: SecretValue): Promise<boolean> {
    const pending = await readUsable(this.#surroundings, { stage: "AWSPENDING" });
    if (!pending || differingField(pending, current, this.#surroundings.engine)) return false;
    return await accepts(this.#surroundings, pending);
  }
}

/** The same for the same parts; a valid ClientRequestToken (32 to 64 characters). */
function tokenOf(...parts: readonly string[]): string {
  return createHash("sha256").update(parts.join(" ")).digest("hex");
}
