// One seed through the simulator.

import { checkAnswer, Memory } from './check-forecasts.ts';
import { checkQuiet } from './checks.ts';
import type { Finding } from './invariants.ts';
import { checkParts } from './parts.ts';
import { type Counts, Simulation } from './simulation.ts';
import { badKinds, badKindsSent, waitingFor } from './waiting.ts';

/** Of so many seeds one is also asked whether parts are the whole. */
const partsEvery = 3;

export interface SeedResult {
  readonly findings: readonly Finding[];
  readonly counts: Counts;
  readonly steps: number;
}

export interface SeedOptions {
  /** Told every step. */
  readonly trace?: (line: string) => void;
  /** Also what waits for its fix. */
  readonly all?: boolean;
  /** Only these. */
  readonly only?: readonly string[];
}

/** @param options by default without a trace, and without what waits for its fix */
export async function runSeed(
  seed: number,
  { trace, all = false, only }: SeedOptions = {},
): Promise<SeedResult> {
  const memory = new Memory();
  const simulation = new Simulation({
    seed,
    badKinds: all ? badKinds : badKindsSent,
    looksAt: (invariant) => only?.includes(invariant) ?? (all || waitingFor[invariant] === undefined),
    checkAnswer,
    checkQuiet: (seen) => checkQuiet(seen, memory),
    ...(trace === undefined ? {} : { trace }),
  });
  await simulation.run();
  const { counts, steps } = simulation;
  const isPartsLookedAt =
    only?.includes('parts-are-the-whole') ?? (all || waitingFor['parts-are-the-whole'] === undefined);
  const parts = isPartsLookedAt && seed % partsEvery === 0 ? await checkParts(seed) : [];
  for (const { invariant, what } of parts) trace?.(`BROKEN ${invariant}: ${what}`);
  const findings = [...simulation.findings, ...parts.map((finding) => ({ ...finding, step: steps }))];
  return { findings, counts, steps };
}
