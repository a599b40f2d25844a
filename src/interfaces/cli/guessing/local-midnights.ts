// Local midnights that a program wrote in UTC: 23:00Z in winter and 22:00Z in summer are the days of Berlin, and read as days of
// UTC each would lie one day early. So would sales after midnight that carry the offset of their place, +01:00.

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

export interface LocalZone {
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
): LocalZone | null {
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

const offset = /[T ]\d{1,2}:\d{2}[:.,\d]*\s*([+-])(\d{2})(?::?(\d{2}))?$/;
const textsMax = 2_000;

/**
 * The zone whose offsets from UTC these times are written with; null when they are written with none, or with that of UTC alone.
 * @param texts as written
 */
export function writtenZone(texts: readonly string[], instantOf: (text: string) => number): LocalZone | null {
  const stride = Math.max(1, Math.floor(texts.length / textsMax));
  const looked = texts.filter((_, i) => i % stride === 0);
  const written = looked.flatMap((text) => {
    const found = offset.exec(text.trim());
    const instant = found === null ? Number.NaN : instantOf(text);
    if (found === null || Number.isNaN(instant)) return [];
    const [, sign, hours, minutes = '0'] = found;
    return [{ instant, ms: (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000 }];
  });
  if (written.length === 0 || written.length < share * looked.length) return null;
  const offsets = [...new Set(written.map(({ ms }) => ms))];
  if (offsets.every((ms) => ms === 0)) return null;
  const fits = (name: string): boolean => {
    const zone = new TimeZone(name);
    return (
      written.filter(({ instant, ms }) => zone.offsetAt(instant) === ms).length >= share * written.length
    );
  };
  const timezone = usual.find(fits) ?? Intl.supportedValuesOf('timeZone').find(fits);
  if (timezone === undefined) return null;
  const said = offsets.slice(0, 2).map(offsetText).join(' and ');
  return {
    timezone,
    reason: `times are written with the offset ${said}, as there: in UTC some would lie in another day. Check the zone, others have it too`,
  };
}

/** What to say of times whose offsets no one place has; [] where there are none. */
export function offsetsNote(column: string, texts: readonly string[]): string[] {
  const offsets = new Set<string>();
  for (const text of texts.slice(0, textsMax)) {
    const [, sign, hours = '', minutes = '00'] = offset.exec(text.trim()) ?? [];
    if (sign !== undefined) offsets.add(`${sign}${hours}:${minutes}`);
  }
  const said = [...offsets];
  if (said.every((one) => /^[+-]00:00$/.test(one))) return [];
  return [
    `Times of ${column} carry offsets (${said.slice(0, 3).join(', ')}) that no one place has: days are counted in UTC, where evenings may be of another day. Say timezone, or write the local day of each place.`,
  ];
}

/** `+01:00` */
function offsetText(ms: number): string {
  const minutes = Math.abs(ms) / 60_000;
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${ms < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
