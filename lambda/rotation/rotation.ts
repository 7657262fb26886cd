import type { RepairKind } from "./contract";
import type { Session } from "./engine";
import { AuthenticationError, type RotationError, SecretStateError } from "./errors";
import type { RotationEvent } from "./event";
import { generatePassword } from "./password";
import type { SecretDescription, VersionListing } from "./secret-store";
import { differingField, factsOf, requireSameButPassword, type SecretValue } from "./secret-value";
import { passwordPolicy } from "./settings";
import { accepts, openAdmin, readUsable, readValue, type Surroundings, tryLogin } from "./surroundings";

/** Versions neither current nor previous that are looked at, newest first: what one cancelled rotation leaves, and some. */
const RECENT_VERSIONS = 5;

/** How long testSecret waits for a value before it takes the call for a dry run; in milliseconds. */
const TEST_PATIENCE = 1_000;

/** A strategy's four steps. Each may run twice, at the same time, or after a death anywhere in an earlier run. */
export interface RotationStrategy {
  createSecret(rotation: Rotation): Promise<void>;
  setSecret(rotation: Rotation): Promise<void>;
  testSecret(rotation: Rotation): Promise<void>;
  finishSecret(rotation: Rotation): Promise<void>;
}

/** One version's value, and what to call the version in messages. */
export interface Candidate {
  readonly label: string;
  /** What a login with it amounts to; undefined where it is no repair. */
  readonly repair?: RepairKind;
  readonly value: SecretValue;
}

/** One rotation of one secret, and the verbs its strategies are told in. */
export class Rotation {
  readonly #description: SecretDescription;
  readonly #event: RotationEvent;
  readonly surroundings: Surroundings;

  constructor(surroundings: Surroundings, event: RotationEvent, description: SecretDescription) {
    this.surroundings = surroundings;
    this.#event = event;
    this.#description = description;
  }

  get token(): string {
    return this.#event.ClientRequestToken;
  }

  get secretArn(): string {
    return this.#description.arn;
  }

  /** The value under AWSCURRENT. @throws SecretStateError where there is none */
  async current(): Promise<SecretValue> {
    const stored = await this.surroundings.store.read({ stage: "AWSCURRENT" });
    if (stored) return readValue(this.surroundings, stored);
    throw new SecretStateError(
      `Secret ${this.secretArn} has no value under AWSCURRENT to rotate. Store one, or run initializeSecret.`,
    );
  }

  /**
   * The value under test, or undefined for a dry run. Short patience: in a rotation setSecret has seen the value
   * just now, and in a dry run there will be none however long one waits.
   */
  async valueUnderTest(): Promise<SecretValue | undefined> {
    const stored = await this.surroundings.store.readWritten(this.token, TEST_PATIENCE);
    return stored && readValue(this.surroundings, stored);
  }

  /** The value this rotation made. @throws SecretStateError where createSecret has not run */
  async pending(): Promise<SecretValue> {
    const stored = await this.surroundings.store.readWritten(this.token);
    if (stored) return readValue(this.surroundings, stored);
    throw new SecretStateError(
      `Version ${this.token} of secret ${this.secretArn} has no value: createSecret must come first.`,
    );
  }

  /**
   * What this rotation made, and what it is to take the place of.
   * @param username the user whose turn it is, from the one under AWSCURRENT
   * @throws SecretValueError where they differ in more than that and the password: the secret was edited since
   */
  async pendingAndCurrent(
    username: (current: string) => string,
  ): Promise<[pending: SecretValue, current: SecretValue]> {
    const [pending, current] = [await this.pending(), await this.current()];
    const expected = { ...current, username: username(current.username) };
    requireSameButPassword(pending, expected, this.surroundings.engine);
    return [pending, current];
  }

  /**
   * Stores the next value under AWSPENDING, once: a version that has a value keeps it.
   * A password of an abandoned rotation that the database has already is carried forward; one that it does not
   * have is not, since it may be the reason why that rotation was abandoned.
   */
  async stagePending(current: SecretValue, username: string): Promise<void> {
    const next = { ...current, username };
    const { store, engine, hooks, log, redactor } = this.surroundings;
    if (await store.read({ versionId: this.token })) {
      return log.info("The pending version has a value already");
    }
    const abandoned = await this.#firstAccepted(await this.#abandoned(next));
    const password = abandoned?.value.password ?? generatePassword(passwordPolicy(engine.passwords));
    redactor.add(password);
    const pending: SecretValue = { ...next, password };
    await hooks.validatePending({ ...factsOf(pending), password });
    const stored = await store.put(
      this.token,
      JSON.stringify(pending),
      "AWSPENDING",
      this.#event.RotationToken,
    );
    if (!stored) return log.info("Another run of createSecret was first; its value stays");
    log.info("Stored the pending value", { carriedForwardFrom: abandoned?.label });
    if (abandoned) this.surroundings.metrics.repair("carried-forward");
  }

  async #firstAccepted(candidates: readonly Candidate[]): Promise<Candidate | undefined> {
    for (const candidate of candidates) {
      if (await this.accepts(candidate.value)) return candidate;
    }
    return undefined;
  }

  /** What rotations that were cancelled since AWSCURRENT was made left behind, newest first. */
  async #abandoned(like: SecretValue): Promise<readonly Candidate[]> {
    const versions = await this.surroundings.store.listVersions();
    const currentSince = versions.find(({ stages }) => stages.includes("AWSCURRENT"))?.createdAt ?? 0;
    return await this.#candidates(
      like,
      versions.filter(({ createdAt }) => createdAt >= currentSince),
    );
  }

  /** Recent versions without AWSCURRENT and AWSPREVIOUS, newest first. */
  async recent(like: SecretValue): Promise<readonly Candidate[]> {
    return await this.#candidates(like, await this.surroundings.store.listVersions());
  }

  async #candidates(like: SecretValue, versions: readonly VersionListing[]): Promise<readonly Candidate[]> {
    const left = versions
      .filter(({ versionId }) => versionId !== this.token)
      .filter(({ stages }) => !stages.includes("AWSCURRENT") && !stages.includes("AWSPREVIOUS"))
      .slice(0, RECENT_VERSIONS);
    const candidates: Candidate[] = [];
    for (const { versionId } of left) {
      const value = await readUsable(this.surroundings, { versionId });
      if (value && this.#same(value, like)) {
        candidates.push({ label: `version ${versionId}`, repair: "unlabelled", value });
      }
    }
    return candidates;
  }

  /** The value under AWSPREVIOUS where it is of the same user: a list of none or one. */
  async previous(like: SecretValue): Promise<readonly Candidate[]> {
    const value = await readUsable(this.surroundings, { stage: "AWSPREVIOUS" });
    return value && this.#same(value, like) ? [{ label: "AWSPREVIOUS", repair: "previous", value }] : [];
  }

  #same(a: SecretValue, b: SecretValue): boolean {
    return differingField(a, b, this.surroundings.engine) === undefined;
  }

  /** Whether the database accepts a value's password. */
  async accepts(value: SecretValue): Promise<boolean> {
    return await accepts(this.surroundings, value);
  }

  /** @throws SecretStateError when the rotation has ended, or another one has begun, since this step began */
  async requireStillPending(): Promise<void> {
    const stages = (await this.surroundings.store.describe()).versions.get(this.token) ?? [];
    // Secrets Manager leaves AWSPENDING on a version that has become current.
    if (stages.includes("AWSPENDING") && !stages.includes("AWSCURRENT")) return;
    throw new SecretStateError(
      `Version ${this.token} of secret ${this.secretArn} is no longer pending: the rotation was cancelled, ` +
        "replaced or finished while this step ran, so nothing is changed for it.",
    );
  }

  /** Runs a task logged in as the admin whose secret the value names in masterarn. */
  async asAdmin<T>(
    value: SecretValue,
    masterarn: string,
    task: (session: Session) => Promise<T>,
  ): Promise<T> {
    const admin = await openAdmin(this.surroundings, value, masterarn);
    try {
      return await task(admin);
    } finally {
      await admin.close();
    }
  }

  /** Logs in with a value, runs the engine's probe, then the hook. */
  async test(value: SecretValue): Promise<void> {
    const session = await tryLogin(this.surroundings, value);
    if (!session) {
      throw new AuthenticationError(
        `The database on ${value.host} refuses user "${value.username}" with the password under test.`,
      );
    }
    try {
      await session.probe();
      await this.surroundings.hooks.testConnection(
        (sql, parameters) => session.query(sql, parameters),
        factsOf(value),
      );
    } finally {
      await session.close();
    }
  }

  /**
   * Secrets Manager's check of a configuration: testSecret alone, on a version without a value
   * (rotate_immediately = false). The current value must log in.
   */
  async dryRun(): Promise<void> {
    const current = await this.current();
    await this.test(current);
    this.surroundings.log.info("Dry run: the pending version has no value, and the current one logs in");
  }

  /**
   * Moves AWSCURRENT to this rotation's version, which must log in: since testSecret somebody may have changed the
   * user, or a second run of it may have put the password of AWSCURRENT back.
   */
  async promote(pending: SecretValue): Promise<void> {
    if (!(await this.accepts(pending))) {
      throw new AuthenticationError(
        `The database on ${pending.host} refuses user "${pending.username}" with the pending password, so ` +
          "AWSCURRENT is not moved to it. The next attempt sets the password again.",
      );
    }
    const from = [...this.#description.versions].find(([, stages]) => stages.includes("AWSCURRENT"))?.[0];
    if (from === undefined) throw new SecretStateError(`Secret ${this.secretArn} has no AWSCURRENT version.`);
    await this.surroundings.store.promote(this.token, from);
    this.surroundings.log.info("AWSCURRENT moved", { from, to: this.token });
    this.surroundings.metrics.rotation();
    await this.#removePendingLabel();
  }

  /**
   * Left where it is, as AWS's own functions leave it, the label would be of a rotation that is not complete once
   * somebody stores a value by hand, and RotateSecret would go back to this version instead of making a new one.
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_RotateSecret.html
   */
  async #removePendingLabel(): Promise<void> {
    try {
      await this.surroundings.store.removeLabel("AWSPENDING", this.token);
    } catch (error) {
      // The rotation has ended all the same.
      this.surroundings.log.warn("AWSPENDING could not be removed", { reason: (error as Error).message });
    }
  }
}

/** Whether a failure will come again however often the step is retried. */
export function isPermanent(error: unknown): boolean {
  return (error as Partial<RotationError>).transient !== true;
}
