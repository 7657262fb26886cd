import { AuthenticationError, PrivilegeError } from "../errors";
import type { Rotation } from "../rotation";
import type { SecretValue } from "../secret-value";
import { tryLogin } from "../surroundings";
import { pairOf } from "../user-pair";

/** Changes the password from value's to next, unless value's is refused. */
export async function changeAs(rotation: Rotation, value: SecretValue, next: string): Promise<boolean> {
  const session = await tryLogin(rotation.surroundings, value);
  if (!session) return false;
  try {
    await session.lock(pairOf(value.username).base);
    await rotation.requireStillPending();
    try {
      await session.changeOwnPassword(next, value.password);
    } catch (error) {
      // RDS can keep users from changing their own password (rds.restrict_password_commands).
      if (!(error instanceof PrivilegeError && value.masterarn)) throw error;
      rotation.surroundings.log.info("The admin changes the password", { reason: error.message });
      await rotation.asAdmin(value, value.masterarn, ({ admin }) => admin.setPassword(value.username, next));
    }
    return true;
  } finally {
    await session.close();
  }
}

/** The password that was just accepted proves whose the user is; the mark does when none is accepted any more. */
export async function markForRepair(
  rotation: Rotation,
  current: SecretValue,
  masterarn: string,
): Promise<void> {
  const { username } = current;
  try {
    await rotation.asAdmin(current, masterarn, ({ admin }) => admin.mark(username, rotation.secretArn));
  } catch (error) {
    // Not a reason to fail while passwords work.
    const { message: reason } = error as Error;
    rotation.surroundings.log.warn("The admin could not repair this user if it had to", { username, reason });
  }
}

/** Only of a user that is the secret's: whoever can write the secret could have any user's password set. */
export async function repairWithAdmin(
  rotation: Rotation,
  current: SecretValue,
  masterarn: string,
  next: string,
  refused: string,
): Promise<void> {
  const { username } = current;
  await rotation.asAdmin(current, masterarn, async (session) => {
    await session.lock(pairOf(username).base);
    await rotation.requireStillPending();
    const ownership = await session.admin.ownership(username, rotation.secretArn);
    if (ownership !== "ours") {
      throw new AuthenticationError(
        `${refused} The user is ${ownership}, not marked as this secret's, so the admin does not set its password. ` +
          "Put the right password under AWSCURRENT.",
      );
    }
    rotation.surroundings.log.warn("No known password logs in; the admin repairs the user", { username });
    await session.admin.setPassword(username, next);
  });
  rotation.surroundings.metrics.repair("admin");
}
