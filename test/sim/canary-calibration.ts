// How often a canary that fails no more than the rest is rolled back, and after how many of its requests one that does is.

import { Rng } from '../../src/core/index.ts';
import {
  addFailures,
  combinedEvidence,
  failureEvidence,
  noRampEvidence,
  type RampEvidence,
  rampEvidence,
} from '../../src/forecasting/trials/index.ts';

interface CanaryCase {
  readonly stable: number;
  readonly canary: number;
  readonly share: number;
  /** Canary requests to detection, median, as docs of the method have them; 1.25 times that is allowed. */
  readonly median: number;
}

/** Rates of failure, and medians of an implementation of our own in another language with the share fixed. */
const cases: readonly CanaryCase[] = [
  { stable: 0.001, canary: 0.5, share: 0.05, median: 3 },
  { stable: 0.001, canary: 0.05, share: 0.05, median: 41 },
  { stable: 0.001, canary: 0.02, share: 0.05, median: 139 },
  { stable: 0.01, canary: 0.05, share: 0.05, median: 149 },
  { stable: 0.01, canary: 0.03, share: 0.1, median: 473 },
];

const alpha = 0.01;
const threshold = -Math.log(alpha);
const requestsMax = 20_000;
/** Shares of a ramp, each for as many requests. */
const ramp = [0.01, 0.05, 0.1, 0.25, 0.5];

/** @returns whether good canaries are let be, and bad ones found soon enough */
export function runCanaries(of: {
  readonly trials: number;
  readonly first: number;
  readonly print: (line: string) => void;
}): boolean {
  const { trials, first, print } = of;
  let isGood = true;
  print(
    `Canaries, ${trials} runs of ${requestsMax} requests, alpha ${alpha}; canary requests until rolled back, median and 90 %:`,
  );
  for (const [i, one] of cases.entries()) {
    const runs = Array.from({ length: trials }, (_, k) => detect(new Rng(first + 1_000_000 * i + k), one));
    const at = (level: number): number =>
      runs.toSorted((a, b) => a - b)[Math.floor(level * (trials - 1))] as number;
    const allowed = Math.ceil(1.25 * one.median);
    print(
      `  ${100 * one.stable} % -> ${100 * one.canary} %, share ${100 * one.share} %: ${at(0.5)} and ${at(0.9)}; at most ${allowed} are asked for`,
    );
    isGood &&= at(0.5) <= allowed;
  }
  let fixed = 0;
  let ramped = 0;
  for (let k = 0; k < trials; k++) {
    const rng = new Rng(first + 10_000_000 + k);
    fixed += Number(Number.isFinite(detect(rng, { stable: 0.01, canary: 0.01, share: 0.05, median: 0 })));
    ramped += Number(isRampRolledBack(rng));
  }
  print(
    `  good canaries rolled back: at a fixed share ${(100 * fixed) / trials} %, three guardrails over a ramp of 1 to 50 % together ${(100 * ramped) / trials} %`,
  );
  return isGood && fixed <= alpha * trials && ramped <= alpha * trials;
}

/** Canary requests until it is rolled back; infinity = never. */
function detect(rng: Rng, { stable, canary, share }: CanaryCase): number {
  let requests = 0;
  const failures = { canary: 0, stable: 0 };
  for (let i = 0; i < requestsMax; i++) {
    const isCanary = rng.uniform() < share;
    if (isCanary) requests++;
    if (rng.uniform() >= (isCanary ? canary : stable)) continue;
    failures[isCanary ? 'canary' : 'stable']++;
    if (failureEvidence(failures, share) >= threshold) return requests;
  }
  return Number.POSITIVE_INFINITY;
}

/** Exceptions, answers that are not finite, answers that come late: none of them more often than of the rest. */
const guardrails = [0.001, 0.002, 0.05];

function isRampRolledBack(rng: Rng): boolean {
  let states: RampEvidence[] = guardrails.map(() => noRampEvidence);
  const each = requestsMax / ramp.length;
  for (const share of ramp) {
    for (let i = 0; i < each; i++) {
      const isCanary = rng.uniform() < share;
      const failed = guardrails.map((rate) => rng.uniform() < rate);
      if (!failed.includes(true)) continue;
      const one = isCanary ? { canary: 1, stable: 0 } : { canary: 0, stable: 1 };
      states = states.map((state, g) => (failed[g] ? addFailures(state, one, share) : state));
      if (combinedEvidence(states.map(rampEvidence)) >= threshold) return true;
    }
  }
  return false;
}
