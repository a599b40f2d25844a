// Is a file written with day and month in each other's place, of which no date shows it? Read so its days follow each other, and as
// the pattern says they lie months apart.

import { type Dialect, dateFormat, plainText, type TimeGrid } from '../../../core/index.ts';

export interface DayOrMonth {
  readonly text: string;
  readonly row: number;
  /** `2024-02-01` as the pattern says, and with day and month in each other's place. */
  readonly own: string;
  readonly swapped: string;
}

/** Fewer dates may lie anyhow. */
const datesMin = 6;
/** More are not watched: of a year about 130 can be read in both ways. */
const datesMax = 2_000;
/** Share of the days in a row that must be there. */
const share = 0.9;
const dayMs = 86_400_000;
const monthDaysMin = 28;

type Format = Exclude<ReturnType<typeof dateFormat>, { problem: string }>;

export class DaysOrMonths {
  /** Nothing has spoken against it yet. */
  isOpen: boolean;
  readonly #format: Format | null;
  readonly #own = new Set<number>();
  readonly #swapped = new Set<number>();
  #first: DayOrMonth | null = null;

  constructor(dialect: Pick<Dialect, 'dateFormat' | 'shortYearsFrom'> | undefined, grid: TimeGrid) {
    const pattern = dialect?.dateFormat ?? null;
    const format = pattern === null ? null : dateFormat(pattern, dialect?.shortYearsFrom ?? null);
    this.#format = format === null || 'problem' in format ? null : format;
    // Of longer periods dates a month apart are what is expected.
    this.isOpen = this.#format?.swapped != null && ['hour', 'day', 'week'].includes(grid.frequency);
  }

  /** A date that can be read in one way only says that all are in order. */
  add(given: string, row: number): void {
    const text = plainText(given.trim());
    const format = this.#format;
    if (!this.isOpen || format === null) return;
    const own = format.read(text);
    const swapped = format.swapped?.(text) ?? null;
    if (own === null || swapped === null || this.#own.size >= datesMax) {
      this.isOpen = false;
      return;
    }
    const [at, other] = [own, swapped].map(({ year, month, day }) => Date.UTC(year, month - 1, day)) as [
      number,
      number,
    ];
    if (at !== other) this.#first ??= { text, row, own: isoDay(at), swapped: isoDay(other) };
    this.#own.add(at);
    this.#swapped.add(other);
  }

  found(): DayOrMonth | null {
    if (!this.isOpen || this.#own.size < datesMin) return null;
    const isApart = usualDays(this.#own) >= monthDaysMin;
    return isApart && followEachOther(this.#swapped) ? this.#first : null;
  }
}

function followEachOther(dates: ReadonlySet<number>): boolean {
  const step = usualDays(dates);
  if (step > 7) return false;
  const days = [...dates].map((date) => date / dayMs);
  return dates.size >= share * ((Math.max(...days) - Math.min(...days)) / step + 1);
}

/** The usual distance between two dates, in days. */
function usualDays(dates: ReadonlySet<number>): number {
  const sorted = [...dates].sort((a, b) => a - b);
  const gaps = sorted.slice(1).map((date, i) => (date - (sorted[i] as number)) / dayMs);
  return gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0;
}

function isoDay(date: number): string {
  return new Date(date).toISOString().slice(0, 10);
}
