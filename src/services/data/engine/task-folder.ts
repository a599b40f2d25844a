// Scratch folders of tasks: one per task, removed when it ends. Those of a process that was killed are removed later.

import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A fresh folder for one task; its name holds the process id, which tells leftovers of a crash from live ones. */
export async function taskFolder(base: string): Promise<{ path: string; release: () => Promise<void> }> {
  await mkdir(base, { recursive: true });
  const path = await mkdtemp(join(base, `task-${process.pid}-`));
  return { path, release: () => rm(path, { recursive: true, force: true }) };
}

/** Removes task folders whose process is gone. */
export async function sweepScratch(base: string): Promise<void> {
  await mkdir(base, { recursive: true });
  for (const name of await readdir(base)) {
    const pid = /^task-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid)))
      await rm(join(base, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user may not be signalled, and is alive.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
