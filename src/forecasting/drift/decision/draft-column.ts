// The evidence of one column before it is weighed beside all others.

import { Rng } from '../../../core/index.ts';
import { chiSquareTail } from '../../maths/index.ts';
import { compareCategories } from '../samples/compare-categories.ts';
import { compareSamples, type NumberTests } from '../samples/compare-numbers.ts';
import { pooledOf, sampleOf } from '../samples/pooled.ts';
import {
  type CodedRows,
  codedCategories,
  codedNumbers,
  type Dependence,
  dependenceOf,
} from './dependence.ts';
import type { ColumnFinding, DriftColumn, DriftOptions, TestFinding } from './finding.ts';
import { type Power, powerOfCategories, powerOfNumbers } from './power.ts';
import { levelWindowEvidence, type WindowEvidence, windowEvidence } from './windows.ts';

export interface DraftTest extends Pick<TestFinding, 'test' | 'method' | 'p' | 'matters'> {
  /** Below this p cannot come; 0 = no bound. */
  readonly pMin: number;
}

export interface ColumnDraft {
  readonly column: DriftColumn;
  readonly comparison: ColumnFinding['comparison'];
  readonly tests: readonly DraftTest[];
  readonly effectiveShare: number;
  readonly appeared: readonly string[];
  readonly vanished: readonly string[];
  readonly power: (level: number) => Power;
  /** The change that matters: in standard deviations, or as a share of rows. */
  readonly matters: number;
  /** What effects of numbers are counted in. */
  readonly sd: number | null;
}

/** From the first to the third quartile of a normal distribution, in standard deviations. */
const normalQuartiles = 1.349;
const independent: Dependence = { atOne: 0, effectiveShare: 1, isFound: false };

/** @param options with their defaults. Cost: O(rows·ln rows), with dependence O(rows × 64) */
export function draftColumn(column: DriftColumn, options: Required<DriftOptions>): ColumnDraft {
  return column.kind === 'number' ? draftNumbers(column, options) : draftCategories(column, options);
}

function draftNumbers(
  column: Extract<DriftColumn, { kind: 'number' }>,
  options: Required<DriftOptions>,
): ColumnDraft {
  const samples = { reference: sampleOf(column.reference), current: sampleOf(column.current) };
  const comparison = compareSamples(samples);
  if (comparison.status !== 'ok') return nothingToSay(column, comparison);
  const rows =
    options.dependence === 'no'
      ? null
      : codedNumbers(
          column.reference,
          column.current,
          pooledOf(samples.reference.sorted, samples.current.sorted),
        );
  const { dependence, isByWindows } = dependenceIn(rows, options);
  const { wasserstein, bins, kolmogorovSmirnov, nReference, nCurrent } = comparison;
  const { sd, shiftMin, isByShape } = boundsOf(column, comparison, options);
  // Of a constant any other value is a change that matters, unless it is said which one does.
  const isOff =
    shiftMin !== null
      ? (wasserstein.raw ?? Number.POSITIVE_INFINITY) >= shiftMin
      : kolmogorovSmirnov.statistic > 0;
  const matters = isOff || (isByShape && bins.psi - bins.bias >= options.psiMin);
  const effectMatters =
    column.effectMatters === undefined || !(sd > 0)
      ? options.effectMattersSd
      : Math.min(column.effectMatters / sd, Number.MAX_VALUE);
  const found: WindowEvidence | null = isByWindows && rows !== null ? windowEvidence(rows) : null;
  return {
    column,
    comparison,
    tests: [
      {
        test: 'kolmogorov-smirnov',
        method: found === null ? 'rows' : 'windows',
        p: found?.p ?? weakened(kolmogorovSmirnov.p, dependence.effectiveShare),
        pMin: found === null ? 0 : 1 / found.windows,
        matters,
      },
    ],
    effectiveShare: dependence.effectiveShare,
    appeared: [],
    vanished: [],
    power: (level) =>
      inRows(powerOfNumbers(effective(nReference, nCurrent, dependence), level, effectMatters), dependence),
    matters: effectMatters,
    sd,
  };
}

/**
 * A change that is given in the unit of the values is one of the level: the shape of a column does not decide then. What can be seen of such
 * a change hangs on how close most values lie together, however far a few of them are.
 */
function boundsOf(
  { effectMatters }: Extract<DriftColumn, { kind: 'number' }>,
  { wasserstein: { sdReference }, quantiles }: NumberTests,
  { effectMattersSd, wassersteinPerSdMin }: Required<DriftOptions>,
): { sd: number; shiftMin: number | null; isByShape: boolean } {
  const sd = sdReference ?? 0;
  if (effectMatters === undefined)
    return { sd, shiftMin: sd > 0 ? sd * wassersteinPerSdMin : null, isByShape: true };
  const at = (wanted: number): number => quantiles.find(({ level }) => level === wanted)?.reference ?? 0;
  const middle = (at(0.75) - at(0.25)) / normalQuartiles;
  return {
    sd: middle > 0 && middle < sd ? middle : sd,
    shiftMin: (effectMatters * wassersteinPerSdMin) / effectMattersSd,
    isByShape: false,
  };
}

function draftCategories(
  column: Extract<DriftColumn, { kind: 'category' }>,
  options: Required<DriftOptions>,
): ColumnDraft {
  const rng = new Rng(options.seed);
  const comparison = compareCategories(column.reference, column.current, { rng });
  if (comparison.status !== 'ok') return nothingToSay(column, comparison);
  const { table, mergedChiSquare: chi, levels, totalVariation, nReference, nCurrent } = comparison;
  const rows =
    options.dependence === 'no' ? null : codedCategories(column.reference, column.current, table.levels);
  const { dependence, isByWindows } = dependenceIn(rows, options);
  const isBeyond = (share: number): boolean => share >= options.newLevelShareMin;
  const matters = {
    distribution: totalVariation >= options.totalVariationMin,
    levels: isBeyond(levels.appeared.share) || isBeyond(levels.vanished.share),
  };
  const share = dependence.effectiveShare;
  const byRows = {
    distribution:
      chi.method === 'limit' ? chiSquareTail(chi.statistic * share, chi.freedom) : weakened(chi.p, share),
    levels: weakened(levels.p, share),
  };
  const window = isByWindows && rows !== null ? windowEvidence(rows) : null;
  const ofLevels = isByWindows && rows !== null ? levelWindowEvidence(rows) : null;
  const levelP = ofLevels === null ? byRows.levels : 2 * Math.min(ofLevels.appeared.p, ofLevels.vanished.p);
  const method = window === null ? 'rows' : 'windows';
  const pMin = window === null ? 0 : 1 / window.windows;
  const isGone = isBeyond(levels.vanished.share) && levels.vanished.p < 0.01;
  const isNew = isBeyond(levels.appeared.share) && levels.appeared.p < 0.01;
  return {
    column,
    comparison,
    tests: [
      {
        test: 'chi-square',
        method,
        p: window?.p ?? byRows.distribution,
        pMin,
        matters: matters.distribution,
      },
      { test: 'new-levels', method, p: Math.min(1, levelP), pMin: 2 * pMin, matters: matters.levels },
    ],
    effectiveShare: share,
    appeared: isNew ? levels.appeared.levels : [],
    vanished: isGone ? levels.vanished.levels : [],
    power: (level) =>
      inRows(
        powerOfCategories(effective(nReference, nCurrent, dependence), level, {
          levels: chi.freedom + 1,
          matters: options.effectMattersShare,
        }),
        dependence,
      ),
    matters: options.effectMattersShare,
    sd: null,
  };
}

function dependenceIn(
  rows: CodedRows | null,
  { dependence, seasons }: Required<DriftOptions>,
): { dependence: Dependence; isByWindows: boolean } {
  if (rows === null) return { dependence: independent, isByWindows: false };
  const found = dependenceOf(rows, seasons);
  return { dependence: found, isByWindows: dependence === 'yes' || found.isFound };
}

/** p of rows of which only a share counts, where p falls as 2·e^(−rows × …). */
function weakened(p: number, share: number): number {
  return share >= 1 ? p : Math.min(1, 2 * (p / 2) ** share);
}

function effective(
  n: number,
  m: number,
  { effectiveShare }: Dependence,
): { reference: number; current: number } {
  return { reference: n * effectiveShare, current: m * effectiveShare };
}

/** What is needed of rows that are worth independent ones, in rows as they are. */
function inRows({ smallestEffect, rowsNeeded }: Power, { effectiveShare }: Dependence): Power {
  return { smallestEffect, rowsNeeded: rowsNeeded === null ? null : Math.ceil(rowsNeeded / effectiveShare) };
}

function nothingToSay(column: DriftColumn, comparison: ColumnFinding['comparison']): ColumnDraft {
  return {
    column,
    comparison,
    tests: [],
    effectiveShare: 1,
    appeared: [],
    vanished: [],
    power: () => ({ smallestEffect: null, rowsNeeded: null }),
    matters: 0,
    sd: null,
  };
}
