import { AuthenticationError } from "../errors";
import { type Candidate, isPermanent, type Rotation, type RotationStrategy } from "../rotation";
import { differingField, factsOf, type SecretValue } from "../secret-value";
import { changeAs, markForRepair, repairWithAdmin } from "./password-change";

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
    await orRestore(rotation, async () => {
      const [pending, current] = await expectedValues(rotation);
      const { log, hooks } = rotation.surroundings;
      if (await rotation.accepts(pending)) {
        log.info("The database has the pending password already");
      } else {
        const changedWith = await changePassword(rotation, pending, current);
        log.info("The database has the pending password now", { changedWith });
      }
      await hooks.afterSetSecret(factsOf(pending));
    });
  },

  async testSecret(rotation) {
    if (!(await rotation.valueUnderTest())) return await rotation.dryRun();
    await orRestore(rotation, async () => {
      const [pending] = await expectedValues(rotation);
      await rotation.test(pending);
    });
  },

  async finishSecret(rotation) {
    await orRestore(rotation, async () => {
      const [pending] = await expectedValues(rotation);
      await rotation.promote(pending);
      // Only now, when no client is kept waiting for the new value.
      if (pending.masterarn) await markForRepair(rotation, pending, pending.masterarn);
    });
  },
};

async function expectedValues(rotation: Rotation): Promise<[pending: SecretValue, current: SecretValue]> {
  return await rotation.pendingAndCurrent((current) => current);
}

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
  const all =
    `The database on ${current.host} refuses user "${current.username}" with the passwords of ` +
    `${refused.join(", ")}.`;
  if (!current.masterarn) {
    throw new AuthenticationError(
      `${all} Put the right password under AWSCURRENT, or name an admin secret in masterarn.`,
    );
  }
  await repairWithAdmin(rotation, current, current.masterarn, pending.password, all);
  return "the admin";
}

/** Runs what a step does; where that can never pass, AWSCURRENT must not be left wrong. */
async function orRestore(rotation: Rotation, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (isPermanent(error)) await restoreCurrent(rotation);
    throw error;
  }
}

/** Puts the password of AWSCURRENT back where the database has the pending one. Never throws. */
async function restoreCurrent(rotation: Rotation): Promise<void> {
  const { engine, log, metrics } = rotation.surroundings;
  try {
    const pending = await rotation.valueUnderTest();
    const current = await rotation.current();
    if (!pending || differingField(pending, current, engine) || (await rotation.accepts(current))) return;
    if (!(await changeAs(rotation, pending, current.password))) return;
    metrics.repair("restored");
    log.warn("The pending value cannot pass; the database has the password of AWSCURRENT again");
  } catch (error) {
    log.warn("The password of AWSCURRENT could not be put back", { reason: (error as Error).message });
  }
}
