// Names for workers that tell later whether their process still lives.

import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface WorkerIdentity {
  /** `<machine>:<process>:<random part>` */
  readonly workerId: string;
  /** True only for workers of this machine whose process has ended; of others nothing is known. */
  isGone(workerId: string): boolean;
}

export interface ProcessNames {
  /** Names this process among all that run or ran on this machine. */
  ownIdentity(): string;
  /** False only when the process of that name is surely gone. */
  mayBeAlive(identity: string): boolean;
}

/** @param unique tells apart several workers of one process */
export function workerIdentity(unique: string, processes: ProcessNames): WorkerIdentity {
  const machine = machineName();
  return {
    workerId: `${machine}:${processes.ownIdentity()}:${unique}`,
    isGone: (workerId) => {
      const [itsMachine, identity] = workerId.split(':');
      return itsMachine === machine && identity !== undefined && !processes.mayBeAlive(identity);
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
