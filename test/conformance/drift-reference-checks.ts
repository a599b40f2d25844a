// What we compute for each kind of case in a reference file of drift, beside what the file says.

import {
  adjusted,
  type Correction,
  compareCategories,
  compareNumbers,
} from '../../src/forecasting/drift/index.ts';
import { lnGamma } from '../../src/forecasting/maths/index.ts';
import { type SampleSpec, sampleFrom } from './drift-reference-samples.ts';

type Expected = Readonly<Record<string, unknown>>;

export interface ReferenceCase {
  readonly id: string;
  readonly kind: string;
  readonly expect: Expected;
  readonly [input: string]: unknown;
}

/**
 * One figure: ours beside theirs. `p` = a probability, `p of one minus` = one that theirs is one minus a sum near one, so that its digits
 * end at 1e-14, else a statistic.
 */
export interface Compared {
  readonly name: string;
  readonly ours: unknown;
  readonly theirs: unknown;
  readonly as: 'statistic' | 'p' | 'p within 5 %' | 'p of one minus' | 'same';
}

export type ReferenceCheck = (of: ReferenceCase) => readonly Compared[];

/** Checks by the kind of case. */
export const referenceChecks: Readonly<Record<string, ReferenceCheck>> = {
  numeric_two_sample: numbers,
  categorical_two_sample: categories,
  psi_fixed_edges: fixedEdges,
  multiple_testing: multipleTesting,
};

/** A figure at a path of names, undefined where there is none. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (found, name) => (typeof found === 'object' && found !== null ? (found as Expected)[name] : undefined),
    value,
  );
}

/** Leaves out what the file does not say. */
function said(compared: readonly Compared[]): Compared[] {
  return compared.filter(({ theirs }) => theirs !== undefined);
}

/** Whether a figure is within the tolerance of the file: statistics 1e-9, probabilities 1e-6 of themselves. */
export function agrees({ ours, theirs, as }: Compared): boolean {
  if (as === 'same' || theirs === null || ours === null || ours === undefined) return ours === theirs;
  const [a, b] = [ours as number, theirs as number];
  const away = Math.abs(a - b);
  if (as === 'statistic') return away <= Math.max(1e-12, 1e-9 * Math.abs(b));
  if (as === 'p within 5 %') return away <= Math.max(1e-12, 0.05 * b);
  if (as === 'p of one minus') return away <= Math.max(1e-14, 1e-6 * b);
  return b > 1e-12 ? away <= 1e-6 * b : away <= 1e-12;
}

function numbers({ ref, cur, expect }: ReferenceCase): Compared[] {
  const found = compareNumbers(sampleFrom(ref as SampleSpec), sampleFrom(cur as SampleSpec));
  const sizes: Compared[] = [
    { name: 'n_ref', ours: found.nReference, theirs: at(expect, 'n_ref'), as: 'same' },
    { name: 'n_cur', ours: found.nCurrent, theirs: at(expect, 'n_cur'), as: 'same' },
    { name: 'dropped_ref', ours: found.droppedReference, theirs: at(expect, 'dropped_ref'), as: 'same' },
    { name: 'dropped_cur', ours: found.droppedCurrent, theirs: at(expect, 'dropped_cur'), as: 'same' },
    { name: 'status', ours: found.status, theirs: at(expect, 'status'), as: 'same' },
  ];
  if (found.status !== 'ok') return said(sizes);
  const {
    kolmogorovSmirnov: ks,
    wasserstein: w,
    mannWhitney: u,
    andersonDarling: a,
    cramerVonMises: c,
  } = found;
  const exact = at(expect, 'ks', 'p_exact');
  const near = ['p_kolmogorov_limit', 'p_kstwo_rounded_n'].map((name) => at(expect, 'ks', name) as number);
  const nearest = near.sort((x, y) => Math.abs(x - ks.p) - Math.abs(y - ks.p))[0];
  const cvm = at(expect, 'cramer_von_mises', 'p_asymptotic');
  return said([
    ...sizes,
    { name: 'ks', ours: ks.statistic, theirs: at(expect, 'ks', 'statistic'), as: 'statistic' },
    {
      name: 'ks p',
      ours: ks.p,
      theirs: exact ?? nearest,
      as: typeof exact === 'number' ? 'p' : 'p within 5 %',
    },
    { name: 'ks sign', ours: ks.sign, theirs: at(expect, 'ks', 'sign'), as: 'same' },
    { name: 'ks location', ours: ks.location, theirs: at(expect, 'ks', 'location'), as: 'statistic' },
    { name: 'W1', ours: w.raw, theirs: at(expect, 'wasserstein', 'raw'), as: 'statistic' },
    { name: 'sd', ours: w.sdReference, theirs: at(expect, 'wasserstein', 'std_ref_ddof0'), as: 'statistic' },
    { name: 'W1/sd', ours: w.perSd, theirs: at(expect, 'wasserstein', 'normed_by_std'), as: 'statistic' },
    { name: 'energy', ours: found.energyDistance, theirs: at(expect, 'energy_distance'), as: 'statistic' },
    { name: 'U', ours: u.u, theirs: at(expect, 'mann_whitney', 'u'), as: 'statistic' },
    { name: 'U p', ours: u.p, theirs: at(expect, 'mann_whitney', 'p_two_sided'), as: 'p' },
    {
      name: 'A2',
      ours: a?.normalised ?? null,
      theirs: at(expect, 'anderson_ksamp_midrank', 'normalised_A2'),
      as: 'statistic',
    },
    {
      name: 'A2 p',
      ours: a?.pClipped ?? null,
      theirs: at(expect, 'anderson_ksamp_midrank', 'p_clipped_0.001_0.25'),
      as: 'p',
    },
    {
      name: 'CvM',
      ours: c?.statistic ?? null,
      theirs: at(expect, 'cramer_von_mises', 'statistic'),
      as: 'statistic',
    },
    { name: 'CvM p', ours: cramerP(found.nReference, found.nCurrent, c), theirs: cvm, as: 'p of one minus' },
  ]);
}

/**
 * Below 1e-5 scipy's p of Cramér and von Mises is that of a series that it leaves at the first term below 1e-7: up to hundreds of times
 * too large. There the same cut is made here, which shows that the statistic is the same; ours goes on to the end.
 */
function cramerP(n: number, m: number, found: { statistic: number; p: number } | null): number | null {
  if (found === null || found.p > 1e-5) return found?.p ?? null;
  const total = n + m;
  const expected = (1 + 1 / total) / 6;
  const variance =
    ((total + 1) * (4 * n * m * total - 3 * (n * n + m * m) - 2 * n * m)) / (45 * total * total * 4 * n * m);
  const x = 1 / 6 + (found.statistic - expected) / Math.sqrt(45 * variance);
  let share = 0;
  for (let k = 0; k < 1_000; k++) {
    const y = 4 * k + 1;
    const q = (y * y) / (16 * x);
    const term =
      (Math.exp(lnGamma(k + 0.5) - lnGamma(k + 1)) / (Math.PI ** 1.5 * Math.sqrt(x))) *
      Math.sqrt(y) *
      Math.exp(-2 * q) *
      besselQuarter(q);
    share += term;
    if (term < 1e-7) break;
  }
  return Math.max(0, 1 - share);
}

/** e^q · K¼(q). */
function besselQuarter(q: number): number {
  let sum = 0.5;
  for (let i = 1; i < 3_000; i++) sum += Math.exp(-2 * q * Math.sinh(i / 64) ** 2) * Math.cosh(i / 128);
  return sum / 32;
}

function categories({ ref, cur, expect }: ReferenceCase): Compared[] {
  const counts = (given: unknown): Map<string, number> =>
    new Map(Object.entries(given as Record<string, number>));
  const found = compareCategories(counts(ref), counts(cur));
  const sizes: Compared[] = [
    { name: 'n_ref', ours: found.nReference, theirs: at(expect, 'n_ref'), as: 'same' },
    { name: 'n_cur', ours: found.nCurrent, theirs: at(expect, 'n_cur'), as: 'same' },
    { name: 'status', ours: found.status, theirs: at(expect, 'status'), as: 'same' },
  ];
  if (found.status !== 'ok') return said(sizes);
  const chi = (name: string): unknown => at(expect, 'chi2_contingency', name);
  const sorted = (names: readonly string[]): string => [...names].sort().join();
  const names = (name: string): unknown => {
    const list = at(expect, name);
    return Array.isArray(list) ? sorted(list as string[]) : undefined;
  };
  return said([
    ...sizes,
    { name: 'levels', ours: sorted(found.table.levels), theirs: names('categories'), as: 'same' },
    { name: 'chi2', ours: found.chiSquare.statistic, theirs: chi('statistic'), as: 'statistic' },
    { name: 'chi2 freedom', ours: found.chiSquare.freedom, theirs: chi('dof'), as: 'same' },
    { name: 'chi2 p', ours: found.chiSquare.p, theirs: chi('p'), as: 'p' },
    { name: 'expected', ours: found.chiSquare.expectedMin, theirs: chi('min_expected'), as: 'statistic' },
    { name: 'V', ours: found.chiSquare.cramersV, theirs: chi('cramers_v'), as: 'statistic' },
    { name: 'G', ours: found.gTest.statistic, theirs: at(expect, 'g_test', 'statistic'), as: 'statistic' },
    { name: 'G p', ours: found.gTest.p, theirs: at(expect, 'g_test', 'p'), as: 'p' },
    {
      name: 'Fisher odds',
      ours: found.fisher?.oddsRatio ?? null,
      theirs: at(expect, 'fisher_exact_two_sided', 'odds_ratio'),
      as: 'statistic',
    },
    {
      name: 'Fisher p',
      ours: found.fisher?.p ?? null,
      theirs: at(expect, 'fisher_exact_two_sided', 'p'),
      as: 'p',
    },
    { name: 'TVD', ours: found.totalVariation, theirs: at(expect, 'tvd'), as: 'statistic' },
    { name: 'Linf', ours: found.largestDifference, theirs: at(expect, 'l_infinity'), as: 'statistic' },
    {
      name: 'JS base 2',
      ours: found.jensenShannon,
      theirs: at(expect, 'jensen_shannon_distance_base2'),
      as: 'statistic',
    },
    {
      name: 'JS base e',
      ours: found.jensenShannon * Math.sqrt(Math.LN2),
      theirs: at(expect, 'jensen_shannon_distance_base_e'),
      as: 'statistic',
    },
    { name: 'Hellinger', ours: found.hellinger, theirs: at(expect, 'hellinger'), as: 'statistic' },
    { name: 'PSI', ours: found.stability.psi, theirs: at(expect, 'psi_zero_replaced_1e-4'), as: 'statistic' },
    { name: 'new', ours: sorted(found.levels.appeared.levels), theirs: names('new_categories'), as: 'same' },
    {
      name: 'vanished',
      ours: sorted(found.levels.vanished.levels),
      theirs: names('vanished_categories'),
      as: 'same',
    },
  ]);
}

function fixedEdges({ ref, cur, edges, expect }: ReferenceCase): Compared[] {
  const found = compareNumbers(sampleFrom(ref as SampleSpec), sampleFrom(cur as SampleSpec), {
    edges: edges as number[],
  });
  if (found.status !== 'ok') return [];
  const list = (value: unknown): unknown => (Array.isArray(value) ? value.join() : undefined);
  return said([
    { name: 'counts', ours: found.bins.reference.join(), theirs: list(at(expect, 'ref_counts')), as: 'same' },
    { name: 'counts', ours: found.bins.current.join(), theirs: list(at(expect, 'cur_counts')), as: 'same' },
    { name: 'PSI', ours: found.bins.psi, theirs: at(expect, 'psi'), as: 'statistic' },
    { name: 'JS', ours: found.bins.jensenShannon, theirs: at(expect, 'js_base2'), as: 'statistic' },
  ]);
}

const correctionNames: Readonly<Record<Correction, string>> = {
  bonferroni: 'bonferroni',
  holm: 'holm',
  bh: 'fdr_bh',
  by: 'fdr_by',
};

function multipleTesting({ p, alpha, expect }: ReferenceCase): Compared[] {
  return Object.entries(correctionNames).flatMap(([method, name]) => {
    const found = adjusted(p as number[], method as Correction, alpha as number);
    const theirs = at(expect, name) as { reject: boolean[]; p_adj: number[] } | undefined;
    if (theirs === undefined) return [];
    return [
      {
        name: `${name} reject`,
        ours: found.isRejected.join(),
        theirs: theirs.reject.join(),
        as: 'same' as const,
      },
      ...theirs.p_adj.map(
        (value, i): Compared => ({ name: `${name} ${i}`, ours: found.p[i], theirs: value, as: 'p' }),
      ),
    ];
  });
}
