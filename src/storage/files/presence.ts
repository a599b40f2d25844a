// Who has a data folder open: every opening holds a lock in it until it is closed or its process has ended. What must not be
// done by two at once, opening and closing, is done one after the other.

import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { AppError } from '../../core/index.ts';
import { type LiveLock, tryLock } from './live-lock.ts';

const turnPauseMs = 5;
const turnTriesMax = 4000;
const openName = 'open';
const turnName = 'turn.lock';
const keepPrefix = 'keep-';

export interface Presence {
  /** True while another opening, of this process or another, has the folder open. */
  othersAreHere(): boolean;
  leave(): void;
}

/** Says that the folder is open from now on; only to be called inside `inTurn`. */
export function enter(dataFolder: string, nextId: () => string): Presence {
  const folder = openFolder(dataFolder);
  const own = `${nextId()}.lock`;
  const lock = tryLock(join(folder, own));
  return {
    othersAreHere: () => othersAreHere(folder, own),
    leave: () => lock?.release(),
  };
}

/** True while anybody has the folder open. */
export function isOpen(dataFolder: string): boolean {
  return existsSync(join(dataFolder, openName)) && othersAreHere(join(dataFolder, openName), '');
}

/**
 * Until it is released no file is removed from the data folder, for somebody copies or checks them. Undefined where nothing can
 * be written: then nobody can remove anything either.
 */
export function keepFiles(dataFolder: string, nextId: () => string): LiveLock | undefined {
  // Nobody has opened it since it was made, or copied: there is nobody who could remove anything.
  if (!existsSync(join(dataFolder, openName))) return undefined;
  try {
    return tryLock(join(openFolder(dataFolder), `${keepPrefix}${nextId()}.lock`));
  } catch {
    return undefined;
  }
}

/** True while somebody copies or checks the files of the data folder. */
export function filesAreKept(dataFolder: string): boolean {
  return isHeld(openFolder(dataFolder), (name) => name.startsWith(keepPrefix));
}

/** Runs `work` while no other process opens or closes the data folder. */
export async function inTurn<T>(dataFolder: string, work: () => Promise<T>): Promise<T> {
  const lock = await takeTurn(dataFolder);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Like `inTurn`, for a process that is about to end and cannot wait: undefined when it is not its turn. */
export function inTurnNow<T>(dataFolder: string, work: () => T): T | undefined {
  const lock = tryLock(join(openFolder(dataFolder), turnName));
  if (lock === undefined) return undefined;
  try {
    return work();
  } finally {
    lock.release();
  }
}

async function takeTurn(dataFolder: string): Promise<LiveLock> {
  const path = join(openFolder(dataFolder), turnName);
  for (let tries = 0; tries < turnTriesMax; tries++) {
    const lock = tryLock(path);
    if (lock !== undefined) return lock;
    await scheduler.wait(turnPauseMs);
  }
  throw new AppError('store/busy', `another process has been opening or closing ${dataFolder} for too long`);
}

function openFolder(dataFolder: string): string {
  const folder = join(dataFolder, openName);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function othersAreHere(folder: string, own: string): boolean {
  return isHeld(folder, (name) => name !== own && name !== turnName && !name.startsWith(keepPrefix));
}

function isHeld(folder: string, matches: (name: string) => boolean): boolean {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.lock') && matches(name))
    .some((name) => {
      const lock = tryLock(join(folder, name));
      // Nobody's: its process was killed.
      lock?.release();
      return lock === undefined;
    });
}
