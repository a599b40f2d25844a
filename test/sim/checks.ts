// All that is looked at when the world is quiet.

import { checkData } from './check-data.ts';
import {
  checkAgreement,
  checkCutoffs,
  checkKnownIsAnswered,
  checkPredictionsKept,
  type Memory,
} from './check-forecasts.ts';
import { checkCoverage, checkLabels } from './check-labels.ts';
import { checkAlias, checkClock, checkTrigger } from './check-registry.ts';
import { checkStates } from './check-states.ts';
import type { Finding } from './invariants.ts';
import type { Oracle } from './oracle.ts';
import type { Answer, Simulation } from './simulation.ts';

/** Periods whose labels are looked at each time: the newest, where most goes wrong. */
const periodsLookedAt = 5;

/** Everything that must hold now. */
export async function checkQuiet(seen: Simulation, memory: Memory): Promise<Omit<Finding, 'step'>[]> {
  const found: Omit<Finding, 'step'>[] = [];
  for (const sim of seen.sims) {
    const oracle = seen.oracles.get(sim.project.name) as Oracle;
    if (oracle.landed().length === 0) continue;
    const answers: Answer[] = [];
    for (const process of seen.processes) {
      const answer = await seen.answerOf(process, sim);
      const asked = { process: process.name, project: sim.project.name, answer };
      found.push(...checkKnownIsAnswered(seen, asked));
      if (answer === undefined) continue;
      answers.push(answer);
      found.push(...(await memory.compare(seen, answer)));
      found.push(...(await checkStates(seen, answer)));
    }
    found.push(...(await checkAgreement(seen, answers)));
    found.push(...(await checkAlias(seen, oracle)));
    found.push(...(await checkData(seen, oracle)));
    found.push(...(await checkTrigger(seen, oracle)));
    found.push(...(await checkClock(seen, oracle)));
    const newest = Math.max(...[...oracle.accepted().keys()].map((key) => Number(key.split(' ').at(-1))));
    const periods = Array.from({ length: periodsLookedAt }, (_, i) => newest - i);
    for (const process of seen.processes) {
      found.push(...(await checkLabels(seen, oracle, { process, periods })));
      found.push(...(await checkCoverage(seen, oracle, process)));
    }
  }
  found.push(...(await checkCutoffs(seen, memory.fresh(seen.answers))));
  found.push(...(await checkPredictionsKept(seen)), ...(await seen.witness.check(seen.store)));
  return found;
}
