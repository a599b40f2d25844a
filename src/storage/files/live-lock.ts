// A file that a living process holds. Its number says nothing of a process in another container, and a number is used again;
// a lock ends with its holder, whatever ends that, and is seen by all who see the file. Node has no such call, SQLite has:
// its lock on a database file is the one that the control database itself rests on.

import { rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

export interface LiveLock {
  /** Lets go and removes the file. */
  release(): void;
}

/** What is held: a lock that were collected as garbage would be let go of. */
const held = new Set<DatabaseSync>();

/** Takes the lock, or undefined while another process, thread or caller has it. The folder must be there. */
export function tryLock(path: string): LiveLock | undefined {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    // Nothing is ever written, so no journal is needed beside it.
    file.exec('pragma journal_mode = memory; begin exclusive');
  } catch (error) {
    file.close();
    if (isHeld(error)) return undefined;
    throw error;
  }
  // Whoever removes leftovers may have taken the file away between its opening and the lock.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    file.close();
    return undefined;
  }
  held.add(file);
  return {
    release: () => {
      // Removed first: nobody may come to hold a file that is about to go.
      rmSync(path, { force: true });
      held.delete(file);
      file.close();
    },
  };
}

/** SQLITE_BUSY, SQLITE_LOCKED: https://www.sqlite.org/rescode.html */
function isHeld(error: unknown): boolean {
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
  return code === 5 || code === 6;
}
