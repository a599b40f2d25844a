// The block at the start of the shared memory through which threads of a training meet: what to do, with what, and a
// barrier of atomic operations. No message is sent while a training runs.

/** Int32 words of the control block; arguments of a phase from `arguments` on. */
export const controlWord = {
  waiting: 0,
  epoch: 16,
  phase: 32,
  failed: 33,
  claimed: 34,
  arguments: 40,
} as const;
/** Bytes of the control block, at offset 0. */
export const controlBytes = 8192;
/** Byte offset of the Float64 arguments (32), and of 8 Float64 results per thread. */
export const realsAt = 512;
export const threadResultsAt = 1024;

/** What threads do together. */
export const phase = {
  end: 0,
  bounds: 1,
  bin: 2,
  interleave: 3,
  gradients: 4,
  order: 5,
  root: 6,
  split: 7,
  update: 8,
  leafQuantiles: 9,
  scores: 10,
  leafOrder: 11,
  levelQuantiles: 12,
  levelUpdate: 13,
} as const;

/**
 * Looks at the epoch this often before it sleeps, at most about 10 ms: phases follow each other within microseconds, and a
 * virtual machine may take milliseconds to wake a core that has gone to sleep. Where cores are shared, looking only keeps
 * the thread waited for from running; so each wait in vain halves the looks, and each that ends in time adds an eighth.
 */
const spinRange = { least: 2_000, most: 200_000 } as const;
let spins: number = spinRange.most;
/** A sleeping thread looks this often whether another has failed, and gives up after so many looks. */
const sleepMs = 1_000;
const sleepsMax = 600;

/** Waits until all `threads` have come here. @throws Error when another thread failed or does not come for ten minutes */
export function meet(control: Int32Array, threads: number): void {
  if (threads === 1) return;
  const epoch = Atomics.load(control, controlWord.epoch);
  if (Atomics.add(control, controlWord.waiting, 1) === threads - 1) {
    Atomics.store(control, controlWord.waiting, 0);
    Atomics.add(control, controlWord.epoch, 1);
    Atomics.notify(control, controlWord.epoch);
    return;
  }
  for (let i = 0; i < spins; i++) {
    if (Atomics.load(control, controlWord.epoch) !== epoch) {
      spins = Math.min(spinRange.most, spins + (spins >> 3));
      return;
    }
    Atomics.pause();
  }
  spins = Math.max(spinRange.least, Math.floor(spins / 2));
  for (let sleeps = 0; Atomics.load(control, controlWord.epoch) === epoch; sleeps++) {
    if (Atomics.load(control, controlWord.failed) !== 0 || sleeps > sleepsMax) {
      throw new Error('another thread of the training has failed');
    }
    Atomics.wait(control, controlWord.epoch, epoch, sleepMs);
  }
}

/** Tells the others that this thread comes no more. */
export function reportFailure(control: Int32Array): void {
  Atomics.store(control, controlWord.failed, 1);
  Atomics.notify(control, controlWord.epoch);
}
