// Is everything that has happened taken in by the parts of the program that act on it? As the data folder has it, whether a
// server runs or not.

import type { CliServices } from '../services.ts';
import type { Check } from './doctor-check.ts';

export async function eventsCheck({ followFailures }: Pick<CliServices, 'followFailures'>): Promise<Check> {
  const failures = await followFailures();
  if (failures.length === 0) return { check: 'events', verdict: 'ok', found: 'taken in, or under way' };
  return {
    check: 'events',
    verdict: 'warn',
    found: failures.join('; '),
    hint: 'a running server tries again every 30 s, and goes on from there after a restart: remove what it names',
  };
}
