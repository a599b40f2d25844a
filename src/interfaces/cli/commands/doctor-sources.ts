// Is everything read that is to be read by the clock? As the data folder has it, whether a server runs or not.

import type { CliServices } from '../services.ts';
import type { Check } from './doctor-check.ts';

/** Undefined where no source is configured. */
export async function sourcesCheck({ sources }: Pick<CliServices, 'sources'>): Promise<Check | undefined> {
  const list = await sources.list();
  if (list.length === 0) return undefined;
  const troubled = list.filter(({ reason }) => reason !== null);
  if (troubled.length === 0)
    return { check: 'sources', verdict: 'ok', found: `${list.length} without a fault` };
  return {
    check: 'sources',
    verdict: troubled.some(({ state }) => state === 'paused') ? 'fail' : 'warn',
    found: troubled.map(({ state, reason }) => `${reason} (${state})`).join('; '),
    hint: 'what fails is tried again by itself; mend what a paused one names, then `almanac sources resume NAME`',
  };
}
