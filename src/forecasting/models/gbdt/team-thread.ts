// What every thread of a team can do: wait for phases, take its share of rows, claim work, meet the others.

import { controlWord, meet, phase, realsAt, reportFailure, threadResultsAt } from './control.ts';
import type { Kernel } from './kernel.ts';
import { threadsMax } from './memory-layout.ts';

export interface Share {
  readonly thread: number;
  readonly threads: number;
}

/** Results of one thread that the others may read: 8 numbers. */
export const threadResult = { gradientMax: 0, hessianMax: 1, count: 2, numbers: 8 } as const;

export abstract class TeamThread {
  readonly kernel: Kernel;
  readonly buffer: ArrayBufferLike;
  readonly share: Share;
  readonly control: Int32Array;
  readonly reals: Float64Array;
  /** [threads × 8] */
  readonly results: Float64Array;

  constructor(kernel: Kernel, buffer: ArrayBufferLike, share: Share) {
    this.kernel = kernel;
    this.buffer = buffer;
    this.share = share;
    this.control = new Int32Array(buffer, 0, 128);
    this.reals = new Float64Array(buffer, realsAt, 32);
    this.results = new Float64Array(buffer, threadResultsAt, threadsMax * threadResult.numbers);
  }

  /** Does this thread's share of a phase. */
  abstract run(which: number): void;

  /** Serves phases until the leading thread says `end`; for the threads that help. */
  serve(): void {
    try {
      for (;;) {
        this.meet();
        const next = this.control[controlWord.phase]!;
        if (next === phase.end) return;
        this.run(next);
        this.meet();
      }
    } catch (error) {
      reportFailure(this.control);
      throw error;
    }
  }

  meet(): void {
    meet(this.control, this.share.threads);
  }

  argument(index: number): number {
    return this.control[controlWord.arguments + index]!;
  }

  /** This thread's part of [from, to), cut at multiples of 64 so that no two threads write one cache line. */
  part(from: number, to: number): [number, number] {
    const { thread, threads } = this.share;
    const cut = (t: number): number =>
      t >= threads ? to : Math.min(to, from + Math.floor(((to - from) * t) / threads / 64) * 64);
    return [cut(thread), cut(thread + 1)];
  }

  /** Calls `work` for 0 … count − 1, each number on whichever thread is free first. */
  claimEach(count: number, work: (index: number) => void): void {
    const next = (): number => Atomics.add(this.control, controlWord.claimed, 1);
    for (let index = next(); index < count; index = next()) work(index);
  }
}
