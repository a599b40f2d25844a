// Local midnights that a program wrote in UTC: 23:00Z in winter and 22:00Z in summer are the days of Berlin, and read as days of
// UTC each would lie one day early.

import { TimeZone } from '../../../services/data/index.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Of times that are read as instants; a few others are slips. */
const share = 0.98;

/** Where several zones have these midnights, the first of these is proposed. */
const usual = [
  ...['Europe/Berlin', 'Europe/London', 'Europe/Athens', 'Europe/Istanbul', 'Europe/Moscow'],
  ...['America/New_York', 'America/Chicago', 'America/Denver', 'America/Phoenix', 'America/Los_Angeles'],
  ...[
    'America/Sao_Paulo',
    'America/Mexico_City',
    'America/Bogota',
    'Asia/Dubai',
    'Asia/Kolkata',
    'Asia/Bangkok',
  ],
  ...['Asia/Shanghai', 'Asia/Tokyo', 'Australia/Sydney', 'Australia/Brisbane', 'Pacific/Auckland'],
];

export interface LocalMidnights {
  readonly timezone: string;
  readonly reason: string;
}

/**
 * The zone whose midnights these times are; null when they are midnights of UTC, or times of the day. `unknown` when they are one
 * a day at a constant hour that is midnight nowhere usual.
 * @param texts as written; only those with an offset or `Z` name an instant
 */
export function localMidnights(
  texts: readonly string[],
  instantOf: (text: string) => number,
): LocalMidnights | null {
  const zoned = texts.filter((text) => /[T ]\d{1,2}:\d{2}.*(Z|[+-]\d{2}(:?\d{2})?)$/i.test(text.trim()));
  if (zoned.length === 0 || zoned.length < share * texts.length) return null;
  const instants = [...new Set(zoned.map(instantOf).filter(Number.isFinite))];
  const isMidnight = (zone: TimeZone): boolean =>
    instants.filter((instant) => zone.toLocal(instant) % dayMs === 0).length >= share * instants.length;
  if (instants.length < 2 || isMidnight(new TimeZone('UTC'))) return null;
  // Times of two hours of the day at most, an hour apart: else they are no midnights anywhere.
  if (new Set(instants.map((instant) => instant % dayMs)).size > 2 + instants.length * (1 - share))
    return null;
  const timezone = usual.find((name) => isMidnight(new TimeZone(name)));
  if (timezone === undefined) return null;
  const clocks = [...new Set(instants.map((instant) => new Date(instant).toISOString().slice(11, 16)))];
  const said = clocks
    .slice(0, 2)
    .map((clock) => `${clock}Z`)
    .join(' and ');
  return {
    timezone,
    reason: `times are ${said}, midnight there: read in UTC each would be a day early. Check the zone, others have these hours too`,
  };
}
