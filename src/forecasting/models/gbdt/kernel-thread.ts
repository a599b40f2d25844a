// One thread's part in each phase of a training. All threads run the same code on their share of rows or features;
// everything they hand over lies in the shared memory, so nothing here depends on the number of threads.

import { findBounds } from './bounds.ts';
import { scanCategories } from './category-scan.ts';
import { phase, threadResultsAt } from './control.ts';
import {
  cellsPerFeature,
  groupBytes,
  type Kernel,
  scanNumbers,
  scanParameter,
  splitNumbers,
} from './kernel.ts';
import { featureWord, type MemoryLayout } from './memory-layout.ts';
import { type Share, TeamThread, threadResult } from './team-thread.ts';

/** Nodes of fewer rows are partitioned by one thread: sharing them out would cost more than it saves. */
const partitionRowsMin = 8_192;

export class KernelThread extends TeamThread {
  readonly layout: MemoryLayout;
  readonly features: Int32Array;

  constructor(kernel: Kernel, buffer: ArrayBufferLike, layout: MemoryLayout, share: Share) {
    super(kernel, buffer, share);
    this.layout = layout;
    this.features = new Int32Array(buffer, layout.featuresAt, layout.features * featureWord.words);
  }

  run(which: number): void {
    if (which === phase.split) this.#split();
    else if (which === phase.root) this.#root();
    else if (which === phase.update) this.#update();
    else if (which === phase.gradients) this.#gradients();
    else if (which === phase.order) this.#order();
    else if (which === phase.bin) this.#bin();
    else if (which === phase.bounds) this.#bounds();
    else if (which === phase.interleave) this.#interleave();
    else if (which === phase.leafQuantiles) this.#leafQuantiles();
  }

  /** Largest gradient or Hessian over all threads' shares of the last `gradients`. */
  largest(which: 0 | 1): number {
    return largestOf(this.results, this.share.threads, which);
  }

  /** Arguments: number of columns whose samples lie in the score area, rows sampled, most bins; features from. */
  #bounds(): void {
    const { layout } = this;
    const { thread, threads } = this.share;
    const [columns, rows, binsMax, first] = [
      this.argument(0),
      this.argument(1),
      this.argument(2),
      this.argument(3),
    ];
    for (let column = thread; column < columns; column += threads) {
      const valuesAt = layout.scoreAt + column * rows * 8;
      const countersAt = layout.scratchAt + thread * layout.scratchBytes;
      this.kernel.sortFloats(valuesAt, rows, valuesAt + rows * 4, countersAt);
      const values = new Float32Array(this.buffer, valuesAt, rows);
      let count = rows;
      while (count > 0 && Number.isNaN(values[count - 1]!)) count--;
      const feature = first + column;
      const bounds = new Float32Array(
        this.buffer,
        layout.boundsAt + feature * cellsPerFeature * 4,
        cellsPerFeature,
      );
      const word = feature * featureWord.words;
      this.features[word + featureWord.bins] =
        count === 0 ? 0 : findBounds({ values, count }, binsMax, bounds) + 1;
      this.features[word + featureWord.missing] = count < rows ? 1 : 0;
    }
  }

  /** Arguments: feature, first row of the staged values, their number. */
  #bin(): void {
    const { layout, kernel } = this;
    const feature = this.argument(0);
    const [from, to] = this.part(0, this.argument(2));
    const word = feature * featureWord.words;
    const valuesAt = layout.stagingAt + from * 4;
    const binsAt = layout.binsAt + feature * layout.stride + this.argument(1) + from;
    if (this.features[word + featureWord.kind] === 1) {
      const tableAt = layout.tablesAt + this.features[word + featureWord.tableAt]!;
      kernel.binCategories(valuesAt, to - from, tableAt, this.features[word + featureWord.codes]!, binsAt);
    } else {
      const boundsAt = layout.boundsAt + feature * cellsPerFeature * 4;
      kernel.binNumbers(valuesAt, to - from, boundsAt, this.features[word + featureWord.bins]! - 1, binsAt);
    }
  }

  /** Arguments: number of features. */
  #interleave(): void {
    const { layout, kernel } = this;
    const [from, to] = this.part(0, layout.rows);
    for (let group = 0; group * 16 < this.argument(0); group++) {
      const features = Math.min(16, this.argument(0) - group * 16);
      const binsAt = layout.binsAt + group * 16 * layout.stride;
      kernel.interleave(
        binsAt,
        layout.stride,
        features,
        from,
        to,
        layout.groupsAt + group * layout.stride * groupBytes,
      );
    }
  }

  /** Arguments: loss; reals: its parameter, largest integer gradient, largest integer Hessian. */
  #gradients(): void {
    const { layout, kernel, reals } = this;
    const [from, to] = this.part(0, layout.rows);
    const { weightsAt, scoreAt, targetAt, gradientAt, hessianAt } = layout;
    const maxAt = threadResultsAt + this.share.thread * 64;
    kernel.gradients(
      this.argument(0),
      reals[0]!,
      weightsAt,
      scoreAt,
      targetAt,
      gradientAt,
      hessianAt,
      from,
      to,
      maxAt,
    );
    this.meet();
    kernel.quantise(gradientAt, from, to, factorOf(reals[1]!, this.largest(0)));
    if (hessianAt !== 0) kernel.quantise(hessianAt, from, to, factorOf(reals[2]!, this.largest(1)));
  }

  /** All rows in order; or, for a share of rows, those drawn in front. Arguments: draw? 1 : 0; reals: key, limit. */
  #order(): void {
    const { layout, kernel, reals } = this;
    const { rows, rowsAt, alternativeAt } = layout;
    const [from, to] = this.part(0, rows);
    if (this.argument(0) === 0) {
      const order = new Int32Array(this.buffer, rowsAt, rows);
      for (let row = from; row < to; row++) order[row] = row;
      return;
    }
    this.#setCount(kernel.sample(from, to, reals[0]!, reals[1]!, alternativeAt));
    this.meet();
    this.#move(0, from, to);
  }

  #setCount(count: number): void {
    this.results[this.share.thread * 8 + 2] = count;
  }

  /** Moves this thread's rows [from, to) of the alternative memory to their places from `start` on: all left ones first. */
  #move(start: number, from: number, to: number): void {
    const { rowsAt, alternativeAt } = this.layout;
    const own = this.results[this.share.thread * 8 + 2]!;
    const left = drawnOf(this.results, this.share.threads);
    let before = 0;
    for (let t = 0; t < this.share.thread; t++) before += this.results[t * 8 + 2]!;
    this.kernel.moveRows(alternativeAt, from, own, rowsAt, start + before);
    this.kernel.moveRowsBack(
      alternativeAt,
      to,
      to - from - own,
      rowsAt,
      start + left + (from - start) - before,
    );
  }

  /** Histogram of the root in slot 0 and its best split per feature. Arguments: rows. */
  #root(): void {
    const { layout } = this;
    const [quadFrom, quadTo] = this.#quads();
    this.#histogram(0, 0, this.argument(0), quadFrom, quadTo);
    if (quadFrom < quadTo) this.#writeRootSums(quadFrom * 4);
    this.#scan(0, layout.histogramsAt, quadFrom, quadTo);
  }

  /** Exact sums of the root, from the cells of any one feature: every thread writes the same. */
  #writeRootSums(feature: number): void {
    const { layout, kernel } = this;
    const at = layout.histogramsAt + feature * cellsPerFeature * layout.cellBytes;
    const cellsAt = layout.scratchAt + this.share.thread * layout.scratchBytes;
    kernel.readCells(at, cellsPerFeature, this.argument(15), layout.constantHessian ? 1 : 0, cellsAt);
    const cells = new Float64Array(this.buffer, cellsAt, cellsPerFeature * 3);
    const sums = [0, 0, 0];
    for (let i = 0; i < cells.length; i++) sums[i % 3]! += cells[i]!;
    const parameters = new Float64Array(this.buffer, layout.scansAt, scanNumbers);
    parameters[scanParameter.gradient] = sums[0]!;
    parameters[scanParameter.hessian] = sums[1]!;
    parameters[scanParameter.rows] = sums[2]!;
  }

  /**
   * Splits a node. Arguments: its first row, last row + 1, feature, decision table, slot of the node's histogram, slot for
   * the smaller child or −1 when no histogram is needed, rows of the left child. The larger child keeps the node's slot.
   * Results: best splits of the left child (0) and of the right (1).
   */
  #split(): void {
    const { layout, kernel } = this;
    const [start, end, feature, decision] = [
      this.argument(0),
      this.argument(1),
      this.argument(2),
      this.argument(3),
    ];
    this.#partition(
      start,
      end,
      layout.binsAt + feature * layout.stride,
      layout.decisionsAt + decision * cellsPerFeature,
    );
    const smallSlot = this.argument(5);
    if (smallSlot < 0) return;
    const middle = start + this.argument(6);
    const leftIsSmall = middle - start <= end - middle;
    const [quadFrom, quadTo] = this.#quads();
    const smallAt = layout.histogramsAt + smallSlot * layout.histogramBytes;
    const largeAt = layout.histogramsAt + this.argument(4) * layout.histogramBytes;
    if (leftIsSmall) this.#histogram(smallSlot, start, middle, quadFrom, quadTo);
    else this.#histogram(smallSlot, middle, end, quadFrom, quadTo);
    const skip = quadFrom * 4 * cellsPerFeature;
    const cells = (quadTo - quadFrom) * 4 * cellsPerFeature;
    const constant = layout.constantHessian ? 1 : 0;
    kernel.subtract(largeAt + skip * layout.cellBytes, smallAt + skip * layout.cellBytes, cells, constant);
    this.#scan(0, leftIsSmall ? smallAt : largeAt, quadFrom, quadTo);
    this.#scan(1, leftIsSmall ? largeAt : smallAt, quadFrom, quadTo);
  }

  #partition(start: number, end: number, binsAt: number, tableAt: number): void {
    const { rowsAt, alternativeAt } = this.layout;
    const alone = end - start < partitionRowsMin;
    if (alone) {
      if (this.share.thread === 0) {
        const left = this.kernel.partition(rowsAt, start, end, binsAt, tableAt, alternativeAt);
        this.kernel.moveRows(alternativeAt, start, left, rowsAt, start);
        this.kernel.moveRowsBack(alternativeAt, end, end - start - left, rowsAt, start + left);
      }
    } else {
      const [from, to] = this.part(start, end);
      this.#setCount(this.kernel.partition(rowsAt, from, to, binsAt, tableAt, alternativeAt));
      this.meet();
      this.#move(start, from, to);
    }
    this.meet();
  }

  /** Blocks of 4 features that are this thread's. */
  #quads(): [number, number] {
    const { thread, threads } = this.share;
    const quads = Math.ceil(this.argument(12) / 4);
    return [Math.floor((quads * thread) / threads), Math.floor((quads * (thread + 1)) / threads)];
  }

  #histogram(slot: number, from: number, to: number, quadFrom: number, quadTo: number): void {
    const { layout, kernel } = this;
    const { cellBytes, gradientAt, hessianAt } = layout;
    const quadBytes = 4 * cellsPerFeature * cellBytes;
    const histogramAt = layout.histogramsAt + slot * layout.histogramBytes;
    const scratchAt = layout.scratchAt + this.share.thread * layout.scratchBytes;
    // Only a root of all rows holds as many, and its rows are in order.
    const inOrder = to - from === layout.rows;
    kernel.clear(histogramAt + quadFrom * quadBytes, (quadTo - quadFrom) * quadBytes);
    for (let quad = quadFrom; quad < quadTo; ) {
      const group = quad >>> 2;
      const last = Math.min(quadTo, (group + 1) * 4);
      const groupAt = layout.groupsAt + group * layout.stride * groupBytes;
      const at = histogramAt + group * 4 * quadBytes;
      const rowsAt = inOrder ? 0 : layout.rowsAt + from * 4;
      kernel.histogram(
        rowsAt,
        to - from,
        groupAt,
        quad - group * 4,
        last - group * 4,
        gradientAt,
        hessianAt,
        this.argument(15),
        at,
        scratchAt,
      );
      quad = last;
    }
  }

  /** Best split of each of this thread's features for child 0 or 1. Arguments 12: features in use, 13: bounded, 14: categories max, 15: shift. */
  #scan(child: 0 | 1, histogramAt: number, quadFrom: number, quadTo: number): void {
    const { layout, kernel, features } = this;
    const shift = this.argument(15);
    const constant = layout.constantHessian ? 1 : 0;
    const parametersAt = layout.scansAt + child * scanNumbers * 8;
    for (let feature = quadFrom * 4; feature < Math.min(quadTo * 4, this.argument(12)); feature++) {
      const word = feature * featureWord.words;
      const resultAt = layout.resultsAt + (child * layout.features + feature) * splitNumbers * 8;
      const bins = features[word + featureWord.bins]!;
      const at = histogramAt + feature * cellsPerFeature * layout.cellBytes;
      if (features[word + featureWord.active] === 0) {
        new Float64Array(this.buffer, resultAt, 1)[0] = -Infinity;
      } else if (features[word + featureWord.kind] === 1) {
        const cellsAt = layout.scratchAt + this.share.thread * layout.scratchBytes;
        kernel.readCells(at, bins + 1, shift, constant, cellsAt);
        const cells = new Float64Array(this.buffer, cellsAt, (bins + 1) * 3);
        const parameters = new Float64Array(this.buffer, parametersAt, scanNumbers);
        const result = new Float64Array(this.buffer, resultAt, splitNumbers);
        const set = new Uint32Array(this.buffer, resultAt + 48, 8);
        scanCategories({ cells, bins, parameters, categoriesMax: this.argument(14) }, result, set);
      } else {
        const monotone = features[word + featureWord.monotone]!;
        kernel.scanFeature(at, bins, shift, constant, monotone, this.argument(13), parametersAt, resultAt);
      }
    }
  }

  /** Adds the leaf values to the scores. Arguments: leaves, rows that the tree was grown on. */
  #update(): void {
    const { layout, kernel } = this;
    const { rowsAt, scoreAt, leafValuesAt } = layout;
    const leaves = this.argument(0);
    const grown = this.argument(1);
    const ranges = new Int32Array(this.buffer, layout.leafRangesAt, leaves * 2);
    const values = new Float64Array(this.buffer, leafValuesAt, leaves);
    const [from, to] = this.part(0, grown);
    for (let leaf = 0; leaf < leaves; leaf++) {
      const first = Math.max(from, ranges[leaf * 2]!);
      const last = Math.min(to, ranges[leaf * 2 + 1]!);
      if (first < last) kernel.addToScores(rowsAt, first, last, scoreAt, values[leaf]!);
    }
    const [restFrom, restTo] = this.part(grown, layout.rows);
    if (restFrom < restTo) {
      kernel.walkToScores(
        rowsAt,
        restFrom,
        restTo,
        layout.nodesAt,
        leafValuesAt,
        layout.binsAt,
        layout.stride,
        scoreAt,
      );
    }
  }

  /** Replaces leaf values by quantiles of the residuals. Arguments: leaves; reals: level. Leaves are claimed one by one. */
  #leafQuantiles(): void {
    const { layout, kernel } = this;
    const leaves = this.argument(0);
    const ranges = new Int32Array(this.buffer, layout.leafRangesAt, leaves * 2);
    const values = new Float64Array(this.buffer, layout.leafValuesAt, leaves);
    this.claimEach(leaves, (leaf) => {
      const from = ranges[leaf * 2]!;
      const to = ranges[leaf * 2 + 1]!;
      const { rowsAt, targetAt, scoreAt, weightsAt } = layout;
      const keysAt = layout.alternativeAt + from * 4;
      const keyWeightsAt = layout.keyWeightsAt + from * 4;
      const level = this.reals[0]!;
      values[leaf] = kernel.leafQuantile(
        rowsAt,
        from,
        to,
        targetAt,
        scoreAt,
        weightsAt,
        level,
        keysAt,
        keyWeightsAt,
      );
    });
  }
}

/** Rows that the last sampling or partition sent left, over all threads. */
export function drawnOf(results: Float64Array, threads: number): number {
  let count = 0;
  for (let t = 0; t < threads; t++) count += results[t * threadResult.numbers + threadResult.count]!;
  return count;
}

/** Largest gradient (0) or Hessian (1) that any thread has met. */
export function largestOf(results: Float64Array, threads: number, which: 0 | 1): number {
  let max = 0;
  for (let t = 0; t < threads; t++) max = Math.max(max, results[t * threadResult.numbers + which]!);
  return max;
}

/** What turns a number of size up to `largest` into an integer of size up to `integerMax`; 0 when all are 0. */
export function factorOf(integerMax: number, largest: number): number {
  return largest > 0 ? integerMax / largest : 0;
}
