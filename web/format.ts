// Numbers, times and periods as the reader writes them. Times always name their zone.

export interface Formats {
  /** Whole things. */
  count(value: number): string;
  /** At most so many digits that mean something. */
  number(value: number, digits?: number): string;
  /** With so many digits after the point, for figures that are compared down a column. */
  fixed(value: number, digits: number): string;
  /** With its sign, for what is added or taken. */
  signed(value: number): string;
  /** A share of 1, in percent. */
  percent(share: number, digits?: number): string;
  /** A share of 1 with its sign, for what may be above or below. */
  signedPercent(share: number): string;
  bytes(value: number): string;
  /** @param currency as ISO 4217 names it; another word is written beside the figure */
  money(value: number, currency: string): string;
  seconds(value: number): string;
  /** A moment, by the reader's clock, with the zone. */
  moment(iso: string): string;
  /** A period of a project's grid, as the API names it: day, hour, week, month, or the number of a step. */
  period(label: string, frequency: string): string;
  /** … in as few letters as an axis has room for. */
  shortPeriod(label: string, frequency: string): string;
}

const kilo = 1024;

/** @param timeZone default: the reader's */
export function formatsOf(locale: string | undefined, timeZone?: string): Formats {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const zone = timeZone === undefined ? {} : { timeZone };
  const momentFormat = new Intl.DateTimeFormat(locale, {
    ...zone,
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  });
  const number = (value: number, digits = 3): string =>
    new Intl.NumberFormat(locale, { maximumSignificantDigits: digits }).format(value);
  const unit = (value: number, name: string): string =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, maximumSignificantDigits: 3 }).format(value);
  return {
    count: (value) => whole.format(value),
    number,
    fixed: (value, digits) =>
      new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
        value,
      ),
    signed: (value) =>
      new Intl.NumberFormat(locale, {
        maximumSignificantDigits: 4,
        maximumFractionDigits: 2,
        roundingPriority: 'lessPrecision',
        signDisplay: 'exceptZero',
      }).format(value),
    percent: (share, digits = 1) =>
      new Intl.NumberFormat(locale, {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }).format(share),
    signedPercent: (share) =>
      new Intl.NumberFormat(locale, {
        style: 'percent',
        minimumFractionDigits: 1,
        maximumFractionDigits: 1,
        signDisplay: 'exceptZero',
      }).format(share),
    bytes: (value) => {
      const names = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];
      const power = value < 1 ? 0 : Math.min(names.length - 1, Math.floor(Math.log(value) / Math.log(kilo)));
      return unit(value / kilo ** power, names[power] as string);
    },
    money: (value, currency) =>
      /^[A-Z]{3}$/.test(currency)
        ? new Intl.NumberFormat(locale, { style: 'currency', currency, maximumSignificantDigits: 3 }).format(
            value,
          )
        : `${number(value)} ${currency}`,
    seconds: (value) => {
      if (value >= 5400) return unit(value / 3600, 'hour');
      if (value >= 90) return unit(value / 60, 'minute');
      return value >= 1 || value === 0 ? unit(value, 'second') : unit(value * 1000, 'millisecond');
    },
    moment: (iso) => momentFormat.format(new Date(iso)),
    period: (label, frequency) => periodText(label, frequency, locale),
    shortPeriod: (label, frequency) => shortPeriodText(label, frequency, locale),
  };
}

/** Periods lie on a grid without zone: they are written as they are named, whatever clock the reader has. */
function periodText(label: string, frequency: string, locale: string | undefined): string {
  const ms = periodMs(label);
  if (frequency === 'step' || Number.isNaN(ms)) return label;
  const write = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }).format(new Date(ms));
  const day: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' };
  switch (frequency) {
    case 'hour':
      return write({ ...day, hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
    case 'week':
      return `${weekOf(ms)} (${write(day)})`;
    case 'month':
      return write({ year: 'numeric', month: 'long' });
    case 'quarter':
      return `Q${Math.floor(new Date(ms).getUTCMonth() / 3) + 1} ${new Date(ms).getUTCFullYear()}`;
    case 'year':
      return String(new Date(ms).getUTCFullYear());
    default:
      return write({ ...day, weekday: 'short' });
  }
}

function shortPeriodText(label: string, frequency: string, locale: string | undefined): string {
  const ms = periodMs(label);
  if (frequency === 'step' || Number.isNaN(ms)) return label;
  const write = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options }).format(new Date(ms));
  if (frequency === 'hour')
    return write({ month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' });
  if (frequency === 'day') return write({ year: '2-digit', month: 'short', day: 'numeric' });
  if (frequency === 'week') return weekOf(ms);
  return frequency === 'month'
    ? write({ year: 'numeric', month: 'short' })
    : periodText(label, frequency, locale);
}

function periodMs(label: string): number {
  return Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(label) ? `${label}T00:00:00Z` : label);
}

/** The ISO week that most days of the week from this day on lie in: `W37 2025`. */
function weekOf(ms: number): string {
  const dayMs = 86_400_000;
  const thursday = ms + ((4 - (new Date(ms).getUTCDay() || 7) + 7) % 7) * dayMs;
  const year = new Date(thursday).getUTCFullYear();
  return `W${Math.floor((thursday - Date.UTC(year, 0, 1)) / dayMs / 7) + 1} ${year}`;
}

/** The reader's own. */
export const formats: Formats = formatsOf(undefined);
