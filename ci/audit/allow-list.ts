import type { Allowance } from "./verdict";

/** Advisories that we live with for a while. Each says why, and is looked at again when it expires. */
export const ALLOW_LIST: readonly Allowance[] = [];
