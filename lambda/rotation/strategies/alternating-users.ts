import { CLONE_SUFFIX } from "../contract";
import type { Session } from "../engine";
import { AuthenticationError, SecretStateError, SecretValueError } from "../errors";
import type { Rotation, RotationStrategy } from "../rotation";
import { factsOf, type SecretValue } from "../secret-value";
import { hasRoomForClone, pairOf, type UserPair } from "../user-pair";

/**
 * The user and its clone take turns: the admin prepares the one that is not in use, and AWSCURRENT moves to
 * it. What clients hold stays valid until the rotation after, so no client is ever refused.
 */
export const alternatingUsers: RotationStrategy = {
  async createSecret(rotation) {
    const current = await rotation.current();
    requireAdminSecret(rotation, current);
    await rotation.stagePending(current, other(rotation, current.username));
  },

  async setSecret(rotation) {
    const [pending, current] = await expectedValues(rotation);
    const masterarn = requireAdminSecret(rotation, current);
    await requireProvenUser(rotation, current, masterarn);
    await rotation.asAdmin(current, masterarn, async (session) => {
      const pair = pairOf(pending.username);
      await session.lock(pair.base);
      await rotation.requireStillPending();
      await requireOwnUser(rotation, session, pair, pending);
      await setUnusedUser(rotation, session, pair, pending);
    });
    rotation.surroundings.log.info("The database has the pending user now", { username: pending.username });
    await rotation.surroundings.hooks.afterSetSecret(factsOf(pending));
  },

  async testSecret(rotation) {
    if (!(await rotation.valueUnderTest())) return await dryRun(rotation);
    const [pending, current] = await expectedValues(rotation);
    await rotation.test(pending);
    await rotation.asAdmin(current, requireAdminSecret(rotation, current), async (session) => {
      const pair = pairOf(pending.username);
      if (pending.username === pair.clone) await session.admin.requireEqualPrivileges(pair);
    });
  },

  async finishSecret(rotation) {
    const [pending] = await expectedValues(rotation);
    await rotation.promote(pending);
  },
};

/** The current user must log in, and so must the admin that prepares the other one. */
async function dryRun(rotation: Rotation): Promise<void> {
  const current = await rotation.current();
  other(rotation, current.username);
  await rotation.asAdmin(current, requireAdminSecret(rotation, current), (session) => session.probe());
  await rotation.dryRun();
}

/** The user whose turn it is next. @throws SecretValueError when the clone's name would be too long */
function other(rotation: Rotation, username: string): string {
  const pair = pairOf(username);
  if (username === pair.clone) return pair.base;
  const { usernames } = rotation.surroundings.engine;
  if (hasRoomForClone(pair, usernames)) return pair.clone;
  throw new SecretValueError(
    `field "username" must leave room for "${CLONE_SUFFIX}" within ${usernames.maxLength} ${usernames.unit}, ` +
      `got "${username}"`,
  );
}

async function expectedValues(rotation: Rotation): Promise<[pending: SecretValue, current: SecretValue]> {
  return await rotation.pendingAndCurrent((current) => other(rotation, current));
}

function requireAdminSecret(rotation: Rotation, { masterarn }: SecretValue): string {
  if (masterarn) return masterarn;
  throw new SecretValueError(
    `secret ${rotation.secretArn}: field "masterarn" must name the admin's secret for alternating users, got nothing`,
  );
}

/** Else whoever can write the secret could make the admin hand out any user: a password or a mark must prove it. */
async function requireProvenUser(rotation: Rotation, current: SecretValue, masterarn: string): Promise<void> {
  if (await rotation.accepts(current)) return;
  const ownership = await rotation.asAdmin(current, masterarn, (session) =>
    session.admin.ownership(current.username, rotation.secretArn),
  );
  if (ownership === "ours") {
    rotation.surroundings.log.warn("AWSCURRENT does not log in; the user's mark proves whose it is", {
      username: current.username,
    });
    return;
  }
  throw new AuthenticationError(
    `The database on ${current.host} refuses user "${current.username}" with the password of AWSCURRENT, so the ` +
      "admin does not act for it. Put the right password under AWSCURRENT.",
  );
}

/** A user that merely has the right name is somebody else's, and keeps its password. */
async function requireOwnUser(
  rotation: Rotation,
  session: Session,
  pair: UserPair,
  pending: SecretValue,
): Promise<void> {
  const ownership = await session.admin.ownership(pending.username, rotation.secretArn);
  if (ownership === "ours" || (ownership === "absent" && pending.username === pair.clone)) return;
  if (ownership === "unmarked") {
    const stored = [...(await rotation.previous(pending)), ...(await rotation.recent(pending))];
    // Pending too: an earlier attempt may have set it, of a user that cannot be marked.
    for (const value of [pending, ...stored.map((candidate) => candidate.value)]) {
      if (await rotation.accepts(value))
        return await session.admin.mark(pending.username, rotation.secretArn);
    }
  }
  throw new SecretStateError(
    ownership === "absent"
      ? `User "${pending.username}" does not exist. Create it, or declare another user.`
      : `User "${pending.username}" exists and does not belong to this secret: no version of the secret logs in ` +
          "as it. It is left alone; rename or drop it, or declare another user.",
  );
}

/** The password comes last: a user that logs in is complete. */
async function setUnusedUser(
  rotation: Rotation,
  session: Session,
  pair: UserPair,
  pending: SecretValue,
): Promise<void> {
  if (pending.username === pair.base) return await session.admin.setPassword(pair.base, pending.password);
  await session.admin.ensureClone(pair, rotation.secretArn);
  await session.admin.openClone(pair, pending.password);
}
