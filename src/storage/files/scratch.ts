// Files being written. Every opening of a folder has one of its own inside, locked while its process lives, so that whoever
// comes next can tell leftovers of the dead from the work of the living: also of those in another container.

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '../../core/index.ts';
import { type LiveLock, tryLock } from './live-lock.ts';

const lockSuffix = '.lock';
/** Somebody may take a fresh name away for a leftover before it is locked; so often in a row it does not happen. */
const claimsMax = 10;

export interface Scratch {
  /** This opening's own folder. */
  readonly folder: string;
  /** A path nobody else uses, inside it. */
  path(suffix: string): string;
}

/**
 * Makes a folder of its own inside `base`, held until the process or thread ends, and removes what the dead left there.
 * @param nextId names that are never used twice
 */
export function claimScratch(base: string, nextId: () => string): Scratch {
  mkdirSync(base, { recursive: true, mode: 0o700 });
  removeLeftovers(base);
  for (let claim = 1; ; claim++) {
    const folder = join(base, nextId());
    if (tryLock(`${folder}${lockSuffix}`) === undefined) {
      assert(claim < claimsMax, `no folder could be locked in ${base}`);
      continue;
    }
    mkdirSync(folder, { mode: 0o700 });
    return {
      folder,
      path: (suffix) => {
        const safe = suffix.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(-64);
        return join(folder, `${nextId()}${safe}`);
      },
    };
  }
}

function removeLeftovers(base: string): void {
  for (const name of readdirSync(base)) {
    const owner = name.endsWith(lockSuffix) ? name.slice(0, -lockSuffix.length) : name;
    const lock = lockOf(base, owner);
    if (lock === undefined) continue;
    rmSync(join(base, owner), { recursive: true, force: true });
    lock.release();
  }
}

/** The lock of what is left of somebody; undefined while that one lives. */
function lockOf(base: string, owner: string): LiveLock | undefined {
  // Locked before its folder is made: what has no lock has no owner, and may be of any name.
  if (!existsSync(join(base, `${owner}${lockSuffix}`))) return { release: () => {} };
  try {
    return tryLock(join(base, `${owner}${lockSuffix}`));
  } catch {
    // A file that is no lock, or of another user: not ours to remove.
    return undefined;
  }
}
