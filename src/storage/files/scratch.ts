// Files being written. Their names carry the process that writes them, so that whoever opens the folder next can tell
// leftovers of the dead from the work of the living.

import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mayBeAlive, ownIdentity } from './process-identity.ts';

/** Where the system cannot tell whether a process still is the same one, a file this old is a leftover. */
const leftoverAfterMs = 7 * 86_400_000;

export interface Scratch {
  /** A path nobody else uses, on the file system of the blobs. */
  path(suffix: string): string;
}

export function openScratch(folder: string, nextId: () => string): Scratch {
  mkdirSync(folder, { recursive: true });
  const prefix = ownIdentity();
  const path = (suffix: string): string => {
    const safe = suffix.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(-64);
    return join(folder, `${prefix}-${nextId()}${safe}`);
  };
  removeLeftovers(folder, path('.probe'));
  return { path };
}

function removeLeftovers(folder: string, probe: string): void {
  // The age of a file is told by the clock of its own file system.
  writeFileSync(probe, '');
  const nowMs = statSync(probe).mtimeMs;
  rmSync(probe, { force: true });
  for (const name of readdirSync(folder)) {
    const file = join(folder, name);
    const writer = name.slice(0, Math.max(0, name.indexOf('-')));
    const age = nowMs - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? nowMs);
    if (!mayBeAlive(writer) || age > leftoverAfterMs) rmSync(file, { recursive: true, force: true });
  }
}
