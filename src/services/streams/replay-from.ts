// Where to read from, as people write it.

import { AppError } from '../../core/index.ts';
import type { ReplayFrom } from './broker.ts';

/** @throws AppError `streams/bad-position` */
export function parseReplayFrom(text: string): ReplayFrom {
  const given = text.trim();
  if (given === 'start' || given === 'now') return { kind: given };
  if (/^\d{1,15}$/.test(given)) return { kind: 'sequence', sequence: Number(given) };
  const at = Date.parse(given);
  if (/^\d{4}-\d\d-\d\d/.test(given) && Number.isFinite(at)) return { kind: 'time', at };
  throw new AppError(
    'streams/bad-position',
    `"${given.slice(0, 60)}" is no place in a stream: write start, now, a sequence, or a time such as 2026-03-31T00:00Z`,
  );
}
