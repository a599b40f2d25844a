// Poisson regression whose level is free in every block: counts, zeros and fractions alike, and nothing is asked of their spread
// (Hausman, Hall and Griliches 1984, Econometrica 52; errors by clusters as in Wooldridge 1999, Journal of Econometrics 90).

import { exactExp, exactLn } from './exact.ts';
import { invert } from './invert.ts';

export interface BlockRows {
  /** Demand, zero or more, shape [rows]. */
  readonly demand: Float64Array;
  /** Shape [rows × width]; all known. */
  readonly columns: Float64Array;
  readonly width: number;
  /** Where each block begins, ascending, and behind the last the number of rows. */
  readonly blocks: Int32Array;
  /** Which cluster each block belongs to, from 0: errors within one may be alike, those of two are not. */
  readonly clusters: Int32Array;
}

export interface BlockEffects {
  /** What a column adds to ln(demand) per unit, shape [width]. */
  readonly effects: Float64Array;
  /** Their standard errors, shape [width]. */
  readonly errors: Float64Array;
}

const roundsMax = 30;
/** Of the likelihood per row, relative: smaller gains are none. */
const gainMin = 1e-9;
/** Standard deviation of what is held possible of an effect, per usual movement of its column: as good as anything. */
const possible = 5;

/**
 * The effects of columns on demand within blocks, by Newton's method, and errors that hold however demand is spread and related within clusters.
 * @returns null where there are fewer than two clusters with demand
 * Cost: rounds (about 6) × rows × width².
 */
export function blockEffects(rows: BlockRows): BlockEffects | null {
  const { width } = rows;
  const precision = precisions(rows);
  const state = {
    effects: new Float64Array(width),
    score: new Float64Array(width),
    information: new Float64Array(width * width),
  };
  let likelihood = measure(rows, { ...state, precision });
  for (let round = 0; round < roundsMax; round++) {
    const step = stepOf(state, precision);
    let next = likelihood;
    let share = 1;
    const before = state.effects.slice();
    for (; share > 1e-4; share /= 2) {
      for (let c = 0; c < width; c++) state.effects[c] = before[c]! + share * step[c]!;
      next = measure(rows, { ...state, precision });
      if (next >= likelihood) break;
    }
    const gain = next - likelihood;
    likelihood = next;
    if (!(gain > gainMin * (1 + Math.abs(likelihood)))) break;
  }
  return withErrors(rows, { ...state, precision });
}

interface State {
  readonly effects: Float64Array;
  /** Derivatives of the likelihood, and the negative second ones; overwritten. */
  readonly score: Float64Array;
  readonly information: Float64Array;
  readonly precision: Float64Array;
}

/** 1 ÷ the variance that is held possible of each effect: of its column's mean square within blocks. */
function precisions({ columns, width, blocks }: BlockRows): Float64Array {
  const squares = new Float64Array(width);
  const count = blocks[blocks.length - 1]!;
  const mean = new Float64Array(width);
  for (let b = 0; b + 1 < blocks.length; b++) {
    mean.fill(0);
    const size = blocks[b + 1]! - blocks[b]!;
    for (let i = blocks[b]!; i < blocks[b + 1]!; i++)
      for (let c = 0; c < width; c++) mean[c] = mean[c]! + columns[i * width + c]! / size;
    for (let i = blocks[b]!; i < blocks[b + 1]!; i++)
      for (let c = 0; c < width; c++) squares[c] = squares[c]! + (columns[i * width + c]! - mean[c]!) ** 2;
  }
  // A column that never moves within a block is held at no effect.
  return squares.map((square) => (square > 0 ? square / count / possible ** 2 : 1));
}

function stepOf(
  { score, information }: Pick<State, 'score' | 'information'>,
  precision: Float64Array,
): Float64Array {
  const width = precision.length;
  const inverse = information.slice();
  invert(inverse, width);
  const step = new Float64Array(width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j < width; j++) step[i] = step[i]! + inverse[i * width + j]! * score[j]!;
  return step;
}

/** The likelihood at the effects; its score and information are written. */
function measure(rows: BlockRows, state: State): number {
  const { width, blocks } = rows;
  const { effects, score, information, precision } = state;
  score.fill(0);
  information.fill(0);
  let likelihood = 0;
  const block = blockOf(width);
  for (let b = 0; b + 1 < blocks.length; b++) likelihood += block(rows, { b, effects, score, information });
  for (let c = 0; c < width; c++) {
    likelihood -= 0.5 * precision[c]! * effects[c]! ** 2;
    score[c] = score[c]! - precision[c]! * effects[c]!;
    information[c * width + c] = information[c * width + c]! + precision[c]!;
  }
  return likelihood;
}

type Block = (
  rows: BlockRows,
  of: { b: number; effects: Float64Array; score: Float64Array; information: Float64Array | null },
) => number;

/** Adds a block's part of score and information, and returns its likelihood. */
function blockOf(width: number): Block {
  const mean = new Float64Array(width);
  return ({ demand, columns, blocks }, { b, effects, score, information }) => {
    const [from, to] = [blocks[b]!, blocks[b + 1]!];
    let highest = Number.NEGATIVE_INFINITY;
    let total = 0;
    const lineOf = (i: number): number => {
      let line = 0;
      for (let c = 0; c < width; c++) line += columns[i * width + c]! * effects[c]!;
      return line;
    };
    for (let i = from; i < to; i++) {
      total += demand[i]!;
      highest = Math.max(highest, lineOf(i));
    }
    if (!(total > 0)) return 0;
    let weights = 0;
    let likelihood = 0;
    mean.fill(0);
    for (let i = from; i < to; i++) {
      const line = lineOf(i) - highest;
      const weight = exactExp(line);
      weights += weight;
      likelihood += demand[i]! * line;
      for (let c = 0; c < width; c++) mean[c] = mean[c]! + weight * columns[i * width + c]!;
    }
    for (let c = 0; c < width; c++) mean[c] = mean[c]! / weights;
    for (let i = from; i < to; i++) {
      const share = exactExp(lineOf(i) - highest) / weights;
      for (let c = 0; c < width; c++) {
        const off = columns[i * width + c]! - mean[c]!;
        if (off === 0) continue;
        score[c] = score[c]! + demand[i]! * off;
        if (information === null) continue;
        for (let d = 0; d < width; d++)
          information[c * width + d] =
            information[c * width + d]! + total * share * off * (columns[i * width + d]! - mean[d]!);
      }
    }
    return likelihood - total * exactLn(weights);
  };
}

function withErrors(rows: BlockRows, state: State): BlockEffects | null {
  const { width, blocks, clusters } = rows;
  const { effects, information } = state;
  const bread = information.slice();
  invert(bread, width);
  const count = clusters.reduce((most, cluster) => Math.max(most, cluster + 1), 0);
  const scores = new Float64Array(count * width);
  const block = blockOf(width);
  const seen = new Uint8Array(count);
  for (let b = 0; b + 1 < blocks.length; b++) {
    const cluster = clusters[b]!;
    const score = scores.subarray(cluster * width, (cluster + 1) * width);
    block(rows, { b, effects, score, information: null });
    for (let i = blocks[b]!; i < blocks[b + 1]!; i++) if (rows.demand[i]! > 0) seen[cluster] = 1;
  }
  const known = seen.reduce((sum, one) => sum + one, 0);
  if (known < 2) return null;
  const errors = new Float64Array(width);
  for (let s = 0; s < count; s++)
    for (let i = 0; i < width; i++) {
      let part = 0;
      for (let j = 0; j < width; j++) part += bread[i * width + j]! * scores[s * width + j]!;
      errors[i] = errors[i]! + part * part;
    }
  return { effects, errors: errors.map((square) => Math.sqrt((square * known) / (known - 1))) };
}
