// Names for workers that tell later whether their process still lives.

import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface WorkerIdentity {
  /** `<machine>:<process id>:<random part>` */
  readonly workerId: string;
  /** True only for workers of this machine whose process has ended; of others nothing is known. */
  isGone(workerId: string): boolean;
}

/** @param unique distinguishes workers that had the same process number one after the other */
export function workerIdentity(unique: string): WorkerIdentity {
  const machine = machineName();
  return {
    workerId: `${machine}:${process.pid}:${unique}`,
    isGone: (workerId) => {
      const [itsMachine, pid] = workerId.split(':');
      if (itsMachine !== machine || pid === undefined) return false;
      return !isAlive(Number(pid));
    },
  };
}

/** Containers may share a host name and not see each other's processes: the process namespace is part of the name. */
function machineName(): string {
  const host = hostname().replaceAll(':', '-');
  try {
    return `${host}/${readlinkSync('/proc/self/ns/pid').replace(/\D/g, '')}`;
  } catch {
    return host;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
