// Who has a data folder open: every opening holds a lock in it until it is closed or its process has ended. What must not be
// done by two at once, opening and closing, is done one after the other.

import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { AppError } from '../../core/index.ts';
import { type LiveLock, tryLock } from './live-lock.ts';

const turnPauseMs = 5;
const turnTriesMax = 4000;
const turnName = 'turn.lock';

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
  return othersAreHere(openFolder(dataFolder), '');
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
  const folder = join(dataFolder, 'open');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function othersAreHere(folder: string, own: string): boolean {
  return readdirSync(folder).some((name) => {
    if (name === own || name === turnName || !name.endsWith('.lock')) return false;
    const lock = tryLock(join(folder, name));
    // Nobody's: its process was killed.
    lock?.release();
    return lock === undefined;
  });
}
