import * as z from "zod";
import { integer } from "./values";

/**
 * From here on RDS stripes gp3 over four volumes, and its speed can be chosen; below it is 3,000 IOPS and 125 MiB/s.
 * The same for PostgreSQL, MySQL and MariaDB. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage
 */
const STRIPED_FROM_GIB = 400;
const STRIPED_IOPS = 12_000;
const LARGEST_GIB = 65_536;
const DEFAULT_GROWTH = 5;
/** Of EBS: at most so many MiB/s per IOPS. https://docs.aws.amazon.com/ebs/latest/userguide/general-purpose.html */
const MIBPS_PER_IOPS = 0.25;

/** Options of the instance's gp3 storage. */
export const storage = {
  /** Storage to begin with, gp3, in GiB: 20 to 65536. @default the tier's */
  allocatedStorageGib: integer("GiB", 20, LARGEST_GIB).optional(),
  /** Storage it may grow to by itself, in GiB: allocatedStorageGib for no growth, or at least a tenth more. @default five times allocatedStorageGib */
  maxAllocatedStorageGib: integer("GiB", 20, LARGEST_GIB).optional(),
  /** Operations per second, 12000 to 64000; from 400 GiB on. @default RDS's: 3000, from 400 GiB on 12000 */
  iops: integer("operations per second", STRIPED_IOPS, 64_000).optional(),
  /** MiB per second, 500 to 4000, at most a quarter of iops; from 400 GiB on. @default RDS's: 125, from 400 GiB on 500 */
  throughputMibps: integer("MiB per second", 500, 4000).optional(),
};

const shape = z.object(storage);
type StorageInput = z.output<typeof shape>;
type StorageSettings = ReturnType<typeof withStorageDefaults>;

export function withStorageDefaults(
  { allocatedStorageGib, maxAllocatedStorageGib, iops, throughputMibps }: StorageInput,
  tier: { readonly allocatedStorageGib: number },
) {
  const allocated = allocatedStorageGib ?? tier.allocatedStorageGib;
  const grown = Math.min(allocated * DEFAULT_GROWTH, LARGEST_GIB);
  return {
    allocatedStorageGib: allocated,
    // What is nearly as large as can be has no room for a tenth.
    maxAllocatedStorageGib: maxAllocatedStorageGib ?? (grown < leastGrown(allocated) ? allocated : grown),
    // RDS takes throughput together with IOPS only.
    iops: iops ?? (throughputMibps === undefined ? undefined : STRIPED_IOPS),
    throughputMibps,
  };
}

/** RDS asks for a tenth. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html */
function leastGrown(allocated: number): number {
  return Math.ceil((allocated * 11) / 10);
}

/** @returns what does not fit together, by setting */
export function* storageProblems({
  allocatedStorageGib: allocated,
  maxAllocatedStorageGib: most,
  iops,
  throughputMibps,
}: StorageSettings): Generator<readonly [setting: string, problem: string]> {
  const enough = leastGrown(allocated);
  if (most !== allocated && most < enough) {
    const growth = enough <= LARGEST_GIB ? `, or at least ${enough}` : ": there is no room for a tenth more";
    yield ["maxAllocatedStorageGib", `must be ${allocated}, as allocatedStorageGib, for no growth${growth}`];
  }
  if (allocated < STRIPED_FROM_GIB) {
    const problem = `must not be set below ${STRIPED_FROM_GIB} GiB of storage, where RDS has one speed only`;
    if (throughputMibps !== undefined) yield ["throughputMibps", problem];
    else if (iops !== undefined) yield ["iops", problem];
  } else if (iops !== undefined && throughputMibps !== undefined && throughputMibps > iops * MIBPS_PER_IOPS) {
    yield ["throughputMibps", `must be at most a quarter of iops, which is ${iops}`];
  }
}
