import { availableParallelism, cpus, loadavg, release, totalmem, type } from "node:os";

/** Where a figure was measured: without it a time says nothing. */
export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryGib: number;
  readonly system: string;
  readonly node: string;
  /** Processes that wanted a core in the minute before, on average: what else the machine was doing. */
  readonly load: number;
}

export function machine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? "unknown",
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
    load: loadavg()[0] ?? 0,
  };
}

export function machineText({ cores, processor, memoryGib, system, node, load }: Machine): string {
  const where = `Measured on ${cores} cores (${processor}), ${memoryGib} GiB, ${system}, Node.js ${node}`;
  return load < cores / 2
    ? `${where}.`
    : `${where}, which had other work (a load of ${load.toFixed(1)}): times are longer than they need be, CPU times less so.`;
}
