import { CLONE_SUFFIX } from "./contract";

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
