// Do the data keep their contracts? As they were asked last, and how old they are now.

import { contractFault } from '../../../services/data/index.ts';
import type { CliServices } from '../services.ts';
import { plural } from '../words.ts';
import type { Check } from './doctor-check.ts';

type State = Awaited<ReturnType<CliServices['data']['contractStates']>>[number];

/** Undefined where no project has one. */
export async function contractsCheck({
  projects,
  data,
}: Pick<CliServices, 'projects' | 'data'>): Promise<Check | undefined> {
  const states = await data.contractStates(projects.list());
  if (states.length === 0) return undefined;
  const faults = states.flatMap((state) => contractFault(state, 'warning') ?? []);
  if (faults.length > 0)
    return {
      check: 'contracts',
      verdict: 'warn',
      found: faults.join('; '),
      hint: 'what rows did it: `almanac contract check`, `almanac quarantine --code contract`; `/health` has every figure',
    };
  const unasked = states.filter(({ lastBatch, lastStored }) => lastBatch === null && lastStored === null);
  if (unasked.length > 0)
    return {
      check: 'contracts',
      verdict: 'warn',
      found: `never asked yet: ${unasked.map(({ project }) => project).join(', ')}`,
      hint: 'every batch is from now on; what is stored already is asked by `almanac contract check`',
    };
  return {
    check: 'contracts',
    verdict: 'ok',
    found: `${plural(states.length, 'contract')} kept${newestOf(states)}`,
  };
}

/** When one was asked last. */
function newestOf(states: readonly State[]): string {
  const asked = states.flatMap(({ lastBatch, lastStored }) => [lastBatch?.at ?? 0, lastStored?.at ?? 0]);
  return `, last asked ${new Date(Math.max(...asked)).toISOString()}`;
}
