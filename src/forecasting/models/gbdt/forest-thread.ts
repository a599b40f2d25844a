// One thread's part when rows pass through finished trees.

import { phase } from './control.ts';
import { type ForestLayout, rowsPerBlock } from './forest-layout.ts';
import type { Kernel } from './kernel.ts';
import { type Share, TeamThread } from './team-thread.ts';

export class ForestThread extends TeamThread {
  readonly layout: ForestLayout;

  constructor(kernel: Kernel, buffer: ArrayBufferLike, layout: ForestLayout, share: Share) {
    super(kernel, buffer, share);
    this.layout = layout;
  }

  run(which: number): void {
    if (which === phase.scores) this.#scores();
    else if (which === phase.leafOrder) this.#leafOrder();
    else if (which === phase.levelQuantiles) this.#levelQuantiles();
    else if (which === phase.levelUpdate) this.#levelUpdate();
  }

  /** Adds all trees to the scores of the staged rows. Arguments: rows. */
  #scores(): void {
    const { kernel, layout } = this;
    const { columns, outputs, trees } = layout;
    const leavesAt = layout.leavesAt + this.share.thread * rowsPerBlock * 4;
    const roots = new Int32Array(this.buffer, layout.rootsAt, trees);
    const [from, to] = this.part(0, this.argument(0));
    for (let first = from; first < to; first += rowsPerBlock) {
      const count = Math.min(rowsPerBlock, to - first);
      const rowsAt = layout.rowsAt + first * columns * 4;
      const scoresAt = layout.scoresAt + first * outputs * 8;
      for (let tree = 0; tree < trees; tree++) {
        kernel.forestLeaves(layout.nodesAt, roots[tree]!, layout.setsAt, rowsAt, columns, count, leavesAt, 0);
        kernel.addLeafValues(leavesAt, count, layout.valuesAt, outputs, scoresAt);
      }
    }
  }

  /** Rows in the order of their leaves. Arguments: tree, its first leaf, its leaves. */
  #leafOrder(): void {
    const { kernel, layout } = this;
    const { thread, threads } = this.share;
    const [tree, firstLeaf, leaves] = [this.argument(0), this.argument(1), this.argument(2)];
    const { columns, rows, leavesAt, leavesPerTree } = layout;
    const root = new Int32Array(this.buffer, layout.rootsAt, layout.trees)[tree]!;
    const [from, to] = this.part(0, rows);
    const rowsAt = layout.rowsAt + from * columns * 4;
    kernel.forestLeaves(
      layout.nodesAt,
      root,
      layout.setsAt,
      rowsAt,
      columns,
      to - from,
      leavesAt + from * 4,
      firstLeaf,
    );
    const width = leavesPerTree + 1;
    const counts = new Int32Array(this.buffer, layout.countsAt, threads * width);
    counts.fill(0, thread * width, (thread + 1) * width);
    const ownAt = layout.countsAt + thread * width * 4;
    kernel.countLeaves(leavesAt, from, to, ownAt);
    this.meet();
    // Leaf after leaf, and within a leaf thread after thread: the order of the rows themselves.
    const next = new Int32Array(leaves);
    const starts = new Int32Array(this.buffer, layout.startsAt, width);
    let place = 0;
    for (let leaf = 0; leaf < leaves; leaf++) {
      if (thread === 0) starts[leaf] = place;
      for (let t = 0; t < threads; t++) {
        if (t === thread) next[leaf] = place;
        place += counts[t * width + leaf]!;
      }
    }
    if (thread === 0) starts[leaves] = place;
    this.meet();
    counts.set(next, thread * width);
    kernel.orderByLeaf(leavesAt, from, to, ownAt, layout.orderAt);
  }

  /** Quantile of the residuals per leaf and level × learning rate. Arguments as above; reals: learning rate. */
  #levelQuantiles(): void {
    const { kernel, layout } = this;
    const { outputs, rows } = layout;
    const [firstLeaf, leaves] = [this.argument(1), this.argument(2)];
    const starts = new Int32Array(this.buffer, layout.startsAt, leaves + 1);
    const values = new Float64Array(this.buffer, layout.valuesAt, layout.leaves * outputs);
    const levels = new Float64Array(this.buffer, layout.levelsAt, outputs);
    const keysAt = layout.keysAt + this.share.thread * rows * 4;
    const keyWeightsAt = layout.keyWeightsAt + (layout.weighted ? this.share.thread * rows * 4 : 0);
    this.claimEach(leaves * outputs, (task) => {
      const leaf = Math.floor(task / outputs);
      const level = task % outputs;
      const residualsAt = layout.residualsAt + level * rows * 4;
      const quantile = kernel.residualQuantile(
        layout.orderAt,
        starts[leaf]!,
        starts[leaf + 1]!,
        residualsAt,
        layout.weightsAt,
        levels[level]!,
        keysAt,
        keyWeightsAt,
      );
      values[(firstLeaf + leaf) * outputs + level] = this.reals[0]! * quantile;
    });
  }

  /** Takes the leaf values off the residuals. Arguments as above. */
  #levelUpdate(): void {
    const { kernel, layout } = this;
    const { outputs, rows, leavesAt } = layout;
    const valuesAt = layout.valuesAt + this.argument(1) * outputs * 8;
    const [from, to] = this.part(0, rows);
    for (let level = 0; level < outputs; level++) {
      const residualsAt = layout.residualsAt + level * rows * 4;
      kernel.subtractLeafValues(leavesAt, from, to, valuesAt + level * 8, outputs, residualsAt);
    }
  }
}
