import { CLONE_SUFFIX } from "./contract";
import type { UsernameLimits } from "./engine";

/** The two users that take turns under the strategy alternating-users. */
export interface UserPair {
  /** The user as declared; its privileges are the pair's. */
  readonly base: string;
  /** The other one, made by us. */
  readonly clone: string;
}

/** The pair a user belongs to, whichever of the two it is. */
export function pairOf(username: string): UserPair {
  const base = username.endsWith(CLONE_SUFFIX) ? username.slice(0, -CLONE_SUFFIX.length) : username;
  return { base, clone: base + CLONE_SUFFIX };
}

/** Whether the clone's name is one that the engine stores whole. */
export function hasRoomForClone({ clone }: UserPair, { maxLength, unit }: UsernameLimits): boolean {
  return (unit === "bytes" ? Buffer.byteLength(clone) : clone.length) <= maxLength;
}
