// Scratch folders of tasks: one per task, removed when it ends. Those of a process that was killed go with its scratch.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A fresh folder for one task. */
export async function taskFolder(base: string): Promise<{ path: string; release: () => Promise<void> }> {
  await mkdir(base, { recursive: true, mode: 0o700 });
  const path = await mkdtemp(join(base, 'task-'));
  return { path, release: () => rm(path, { recursive: true, force: true }) };
}
