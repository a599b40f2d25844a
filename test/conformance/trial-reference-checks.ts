// What we compute for each kind of case of trials in a reference file, beside what the file says.

import { murmur3 } from '../../src/core/index.ts';
import {
  adjustedDifference,
  confidenceSequence,
  differenceOf,
  failureEvidence,
  fixedTest,
  pairedTest,
  ratioOf,
  ratioSumsOf,
  relativeDifferenceOf,
  type Sums,
  sampleRatioAlpha,
  sampleRatioTest,
  signTest,
  sumsOf,
  teamDraft,
} from '../../src/forecasting/trials/index.ts';
import type { Compared, ReferenceCase, ReferenceCheck } from './drift-reference-checks.ts';

/** Checks by the kind of case. */
export const trialReferenceChecks: Readonly<Record<string, ReferenceCheck>> = {
  ab_mean: means,
  srm: sampleRatio,
  ratio_metric_delta: ratio,
  cuped: adjusted,
  bucketing_murmur3_x86_32: buckets,
  team_draft_interleaving: drafts,
  interleaving_sign_test: signs,
  diebold_mariano_hln: paired,
  conditional_binomial_evalue: failures,
};

const statistic = (name: string, ours: unknown, theirs: unknown): Compared => ({
  name,
  ours,
  theirs,
  as: 'statistic',
});
const probability = (name: string, ours: unknown, theirs: unknown): Compared => ({
  name,
  ours,
  theirs,
  as: 'p',
});
const same = (name: string, ours: unknown, theirs: unknown): Compared => ({ name, ours, theirs, as: 'same' });
const list = (value: unknown): unknown => (Array.isArray(value) ? value.join() : value);

function sums(value: unknown): Sums {
  const { n, sum, sum_squares } = value as { n: number; sum: number; sum_squares: number };
  return { n, sum, sumSquares: sum_squares };
}

function means({ control, treatment, expect }: ReferenceCase): Compared[] {
  const found = differenceOf(sums(control), sums(treatment));
  const relative = relativeDifferenceOf(sums(control), sums(treatment));
  if (found === undefined) return [same('difference', null, expect.se ?? null)];
  const once = fixedTest(found, 0.05);
  const [low, high] = (expect.ci95 ?? []) as number[];
  const sequences = (expect.asymptotic_confidence_sequence_by_n_star ?? {}) as Record<
    string,
    { halfwidth_abs: number; p_always_valid: number }
  >;
  return [
    statistic('difference', found.value, expect.diff),
    statistic('error', found.error, expect.se),
    statistic('t', once.t, expect.t),
    statistic('freedom', found.freedom, expect.dof),
    probability('p', once.p, expect.p_two_sided),
    statistic('low', once.low, low),
    statistic('high', once.high, high),
    statistic('relative', relative?.value ?? null, expect.relative),
    statistic('relative error', relative?.error ?? null, expect.relative_se_delta),
    ...Object.entries(sequences).flatMap(([tunedTo, theirs]) => {
      const look = confidenceSequence(found, { alpha: 0.05, tunedTo: Number(tunedTo) });
      return [
        statistic(`half width ${tunedTo}`, (look.high - look.low) / 2, theirs.halfwidth_abs),
        probability(`always valid ${tunedTo}`, look.p, theirs.p_always_valid),
      ];
    }),
  ].filter(({ theirs }) => theirs !== undefined);
}

function sampleRatio({ observed, weights, expect }: ReferenceCase): Compared[] {
  const found = sampleRatioTest(observed as number[], weights as number[]);
  return [
    statistic('χ²', found.chiSquare, expect.chi2),
    probability('p', found.p, expect.p),
    same('alarm', found.isMismatch, expect[`alarm_at_${sampleRatioAlpha}`]),
  ];
}

function ratio({ num, den, expect }: ReferenceCase): Compared[] {
  const found = ratioOf(ratioSumsOf(num as number[], den as number[]));
  return [
    statistic('ratio', found?.value ?? null, expect.ratio),
    statistic('error', found?.error ?? null, expect.se_delta),
  ];
}

function adjusted(one: ReferenceCase): Compared[] {
  const arm = (name: 'a' | 'b') => ({
    before: one[`pre_${name}`] as number[],
    values: one[`y_${name}`] as number[],
  });
  const [control, treatment] = [arm('a'), arm('b')];
  const found = adjustedDifference(control, treatment);
  const raw = differenceOf(sumsOf(control.values), sumsOf(treatment.values));
  return [
    statistic('theta', found?.theta ?? null, one.expect.theta_within_arm),
    statistic('difference', found?.value ?? null, one.expect.diff_adjusted),
    statistic('error', found?.error ?? null, one.expect.se_adjusted),
    statistic('raw difference', raw?.value ?? null, one.expect.diff_raw),
    statistic('raw error', raw?.error ?? null, one.expect.se_raw),
  ];
}

function buckets({ expect }: ReferenceCase): Compared[] {
  const keys = expect as unknown as { seed: number; key: string; hash32: number; bucket10000: number }[];
  return keys.flatMap(({ seed, key, hash32, bucket10000 }) => {
    const hash = murmur3(key, seed);
    return [
      same(`hash of ${key}`, hash, hash32),
      same(`bucket of ${key}`, Math.floor((hash / 2 ** 32) * 10_000), bucket10000),
    ];
  });
}

function drafts({ a, b, coins, k, clicks, expect }: ReferenceCase): Compared[] {
  const tosses = [...(coins as number[])];
  const found = teamDraft(a as string[], b as string[], {
    length: k as number,
    coin: () => tosses.shift() === 1,
  });
  const clicksOf = (side: 'a' | 'b'): number =>
    (clicks as string[]).filter((item) => found.sides[found.list.indexOf(item)] === side).length;
  const [clicksA, clicksB] = [clicksOf('a'), clicksOf('b')];
  return [
    same('list', found.list.join(), list(expect.list)),
    same('sides', found.sides.join().toUpperCase(), list(expect.teams)),
    same('clicks of a', clicksA, expect.clicks_a),
    same('clicks of b', clicksB, expect.clicks_b),
  ];
}

function signs({ wins_a, wins_b, ties, expect }: ReferenceCase): Compared[] {
  const found = signTest({ a: wins_a as number, b: wins_b as number, ties: ties as number });
  return [
    probability('p', found.p, expect.p_two_sided_binomial),
    statistic('lead', found.lead, expect.delta_ab),
  ];
}

function paired({ loss_diff, h, expect }: ReferenceCase): Compared[] {
  const found = pairedTest(loss_diff as number[], h as number);
  return [
    same('fallback', found?.isFallback ?? null, expect.negative_variance_fallback_to_h1),
    statistic('statistic', found?.statistic ?? null, expect.dm),
    statistic('corrected', found?.corrected ?? null, expect.dm_hln),
    probability('p', found?.p ?? null, expect.p_two_sided),
  ];
}

function failures(one: ReferenceCase): Compared[] {
  const counts = { canary: one.canary_failures as number, stable: one.stable_failures as number };
  const evidence = failureEvidence(counts, one.canary_share as number);
  return [
    statistic('ln E', evidence, one.expect.log_e),
    same('roll back', evidence >= Math.log(100), one.expect['rollback_alpha_0.01']),
  ];
}
