import { AuthenticationError } from "../errors";
import { type Candidate, isPermanent, type Rotation, type RotationStrategy } from "../rotation";
import { factsOf, requireSameIdentity, type SecretValue } from "../secret-value";
import { tryLogin } from "../surroundings";
import { pairOf } from "../user-pair";

/**
 * The user changes its own password. Between setSecret and finishSecret the database has the pending password
 * while AWSCURRENT still holds the old one; a client that reads the secret in that window is refused once.
 */
export const singleUser: RotationStrategy = {
  async createSecret(rotation) {
    const current = await rotation.current();
    await rotation.stagePending(current, current.username);
  },

  async setSecret(rotation) {
    const [pending, current] = [await rotation.pending(), await rotation.current()];
    requireSameIdentity(pending, current, rotation.surroundings.engine);
    const { log, hooks } = rotation.surroundings;
    if (await rotation.accepts(pending)) {
      log.info("The database has the pending password already");
    } else {
      const changedWith = await changePassword(rotation, pending, current);
      log.info("The database has the pending password now", { changedWith });
    }
    await hooks.afterSetSecret(factsOf(pending));
  },

  async testSecret(rotation) {
    const pending = await rotation.valueUnderTest();
    if (!pending) return await rotation.dryRun();
    const current = await rotation.current();
    requireSameIdentity(pending, current, rotation.surroundings.engine);
    try {
      await rotation.test(pending);
    } catch (error) {
      if (isPermanent(error)) await restoreCurrent(rotation, pending, current);
      throw error;
    }
  },

  async finishSecret(rotation) {
    await rotation.promotePending();
  },
};

/**
 * Changes the password with the first login that works: AWSCURRENT, AWSPREVIOUS, versions that
 * lost their labels, and last the admin.
 * @returns the name of the login that worked
 */
async function changePassword(
  rotation: Rotation,
  pending: SecretValue,
  current: SecretValue,
): Promise<string> {
  const refused: string[] = ["AWSPENDING"];
  const sources: readonly (() => Promise<readonly Candidate[]>)[] = [
    async () => [{ label: "AWSCURRENT", value: current }],
    () => rotation.previous(current),
    () => rotation.recent(current),
  ];
  for (const source of sources) {
    for (const { label, repair, value } of await source()) {
      if (await changeAs(rotation, value, pending.password)) {
        if (repair) rotation.surroundings.metrics.repair(repair);
        return label;
      }
      refused.push(label);
    }
  }
  if (!current.masterarn) {
    throw new AuthenticationError(
      `The database on ${current.host} refuses user "${current.username}" with the passwords of ` +
        `${refused.join(", ")}. Put the right password under AWSCURRENT, or name an admin secret in masterarn.`,
    );
  }
  await repairWithAdmin(rotation, current, current.masterarn, pending.password);
  return "the admin";
}

/** Changes the password from value's to next, unless value's is refused. */
async function changeAs(rotation: Rotation, value: SecretValue, next: string): Promise<boolean> {
  const session = await tryLogin(rotation.surroundings, value);
  if (!session) return false;
  try {
    await session.lock(pairOf(value.username).base);
    await rotation.requireStillPending();
    await session.changeOwnPassword(next, value.password);
    return true;
  } finally {
    await session.close();
  }
}

async function repairWithAdmin(
  rotation: Rotation,
  current: SecretValue,
  masterarn: string,
  next: string,
): Promise<void> {
  rotation.surroundings.log.warn("No known password logs in; the admin repairs the user", {
    username: current.username,
  });
  await rotation.asAdmin(current, masterarn, async (session) => {
    await session.lock(pairOf(current.username).base);
    await rotation.requireStillPending();
    await session.admin.setPassword(current.username, next);
  });
  rotation.surroundings.metrics.repair("admin");
}

/** A pending password that can't pass must not stay in the database: AWSCURRENT would be wrong for good. */
async function restoreCurrent(rotation: Rotation, pending: SecretValue, current: SecretValue): Promise<void> {
  const { log, metrics } = rotation.surroundings;
  if (await changeAs(rotation, pending, current.password)) {
    metrics.repair("restored");
    log.warn("The pending value failed its test; the database has the password of AWSCURRENT again");
  }
}
