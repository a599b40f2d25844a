// Writing graphs over states: what models of one series have in common.

import { stateLayouts } from '../models/index.ts';
import { GraphDraft } from './graph-draft.ts';

/** A graph over states: columns of them are [series × 1], steps [1 × horizon], and both broadcast. */
export class StateDraft extends GraphDraft {
  readonly horizon: number;
  /** What is written now reads this table of states. */
  #state = 'state';
  readonly #columns = new Map<string, string>();

  constructor(horizon: number) {
    super();
    this.horizon = horizon;
  }

  /** What `write` adds reads columns `from` up to `to` of the input as its states. */
  within(from: number, to: number, write: () => string): string {
    this.#state = 'state';
    this.#state = this.columns(from, to);
    return write();
  }

  /** Shape [series × 1]. */
  column(at: number): string {
    const key = `${this.#state} ${at}`;
    const known =
      this.#columns.get(key) ??
      this.add('Gather', [this.#state, this.integers(at)], { axis: { integer: 1 } });
    this.#columns.set(key, known);
    return known;
  }

  /** Columns from `from` up to `to`. */
  columns(from: number, to: number): string {
    const axes = this.integers(1);
    return this.add('Slice', [this.#state, this.integers(from), this.integers(to), axes]);
  }

  /** 1, 2, …, horizon, shape [1 × horizon]. */
  steps(): string {
    return this.constant(
      Float64Array.from({ length: this.horizon }, (_, h) => h + 1),
      [1, this.horizon],
    );
  }

  /** The same number for every step. */
  everyStep(value: string): string {
    return this.add('Mul', [value, this.constant(new Float64Array(this.horizon).fill(1), [1, this.horizon])]);
  }

  /** Values of `ring` [series × m] at phase + step − 1, going round; shape [series × horizon]. */
  around(ring: string, phase: string, m: number): string {
    const at = this.add('Sub', [this.add('Add', [phase, this.steps()]), this.double(1)]);
    const places = this.add('Mod', [this.add('Cast', [at], { to: { integer: 7 } }), this.integers(m)]);
    return this.add('GatherElements', [ring, places], { axis: { integer: 1 } });
  }

  /** Above 0 where a number equals a constant. */
  equals(value: string, to: number): string {
    return this.add('Equal', [value, this.double(to)]);
  }

  /** Season put on: factor, addend, or none. */
  seasoned(value: string, index: string, kind: string): string {
    const { season } = stateLayouts;
    const product = this.add('Mul', [value, index]);
    return this.add('Where', [this.equals(kind, season.factor), product, this.add('Add', [value, index])]);
  }
}
