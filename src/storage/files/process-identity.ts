// Which process wrote a scratch file, and does that process still live? A process number alone is not enough: numbers
// are used again, and in a container every start has the same one. Linux also tells when a process started.

import { readFileSync } from 'node:fs';

/** Names this process among all that run or ran on this machine: `<pid>` or `<pid>.<start>`. */
export function ownIdentity(): string {
  return identityOf(process.pid) ?? String(process.pid);
}

/** False only when the process is surely gone. */
export function mayBeAlive(identity: string): boolean {
  const pid = Number(identity.split('.')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0); // signal 0 only asks
  } catch (error) {
    // EPERM: it lives and belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const now = identityOf(pid);
  return now === undefined || now === identity || !identity.includes('.');
}

function identityOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold spaces; the start time is the 22nd field, the 20th after it (proc(5)).
    const start = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return start === undefined ? undefined : `${pid}.${start}`;
  } catch {
    return undefined;
  }
}
