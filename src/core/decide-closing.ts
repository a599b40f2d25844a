// When a period closes without anybody saying so: the usual reporters have come, or the allowed lateness has passed. Pure: what
// is known goes in, a period comes out.

/** Of so many earlier periods with rows it is asked who usually reports. */
export const windowPeriods = 28;
/** Who reported in this share of them, counted from its own first row, is a usual reporter. */
const usualShare = 0.8;

/** A series, or a group of them, as it has reported so far. */
export interface Reporter {
  /** Its first and newest accepted rows. */
  readonly first: number;
  readonly newest: number;
  /** Up to here its own batches said that its periods are over, as files do; −∞ = they never did. */
  readonly closes: number;
  /** Whether it has an accepted row of a period, of those in `counts`. */
  reported(period: number): boolean;
}

export interface GroupEvidence {
  /** Closed already; −∞ = nothing is. */
  readonly closedThrough: number;
  /** How many report each of the newest periods that have a row at all: about twice `windowPeriods` of them, in any order. */
  readonly counts: ReadonlyMap<number, number>;
  readonly reporters: () => Iterable<Reporter>;
  /** Whether a row of a later period says that one is over. Else each must have said so itself, as files do. */
  readonly laterRowsClose: boolean;
}

/**
 * The newest period of a group that its reporters close: at least half as many as usual have reported it (the median of the
 * `windowPeriods` periods with rows before it), no usual reporter is missing, and it is over: a row of a later period has
 * come, or everybody who came said so.
 * @returns null when nothing new closes. Cost: O(reporters) per period that is open, and as a rule one or two are.
 */
export function closedByReporters(evidence: GroupEvidence): number | null {
  const { counts, closedThrough } = evidence;
  const periods = [...counts.keys()].sort((a, b) => b - a);
  for (let at = 0; at < periods.length; at++) {
    const period = periods[at] as number;
    if (period <= closedThrough) return null;
    const window = periods.slice(at + 1, at + 1 + windowPeriods);
    const usual = median(window.map((earlier) => counts.get(earlier) as number));
    if ((counts.get(period) as number) * 2 < usual) continue;
    if (nobodyIsMissing(evidence, { period, window, isBehind: at > 0 })) return period;
  }
  return null;
}

function nobodyIsMissing(
  { reporters, laterRowsClose }: GroupEvidence,
  of: { period: number; window: readonly number[]; isBehind: boolean },
): boolean {
  const { period, window } = of;
  const isOver = of.isBehind && laterRowsClose;
  for (const reporter of reporters()) {
    if ((isOver ? reporter.newest : reporter.closes) >= period) continue;
    // Without a later period, whoever came must have said that no more comes.
    if (!isOver && reporter.reported(period)) return false;
    if (isUsual(reporter, window)) return false;
  }
  return true;
}

/** Whether somebody reports as a rule: in `usualShare` of the periods of a window since its own first. */
export function isUsual(reporter: Reporter, window: readonly number[]): boolean {
  let own = 0;
  let reported = 0;
  for (const period of window) {
    if (period < reporter.first) continue;
    own += 1;
    if (reporter.reported(period)) reported += 1;
  }
  return own > 0 && reported >= usualShare * own;
}

/**
 * The newest period that at least half as many as usual have reported, and that half.
 * @param counts as in `GroupEvidence`; empty: −∞ and 0
 */
export function newestUsual(counts: ReadonlyMap<number, number>): { newest: number; reportersMin: number } {
  const periods = [...counts.keys()].sort((a, b) => b - a);
  for (let at = 0; at < periods.length; at++) {
    const window = periods.slice(at + 1, at + 1 + windowPeriods);
    const half = median(window.map((earlier) => counts.get(earlier) as number)) / 2;
    const reported = counts.get(periods[at] as number) as number;
    if (reported >= half)
      return { newest: periods[at] as number, reportersMin: window.length === 0 ? reported / 2 : half };
  }
  return { newest: Number.NEGATIVE_INFINITY, reportersMin: 0 };
}

function median(values: readonly number[]): number {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] as number;
  return sorted.length % 2 === 1 ? high : (high + (sorted[middle - 1] as number)) / 2;
}

/** When the first row of a period, or of a later one, came. */
export interface Arrival {
  readonly period: number;
  /** UTC milliseconds. */
  readonly at: number;
}

/**
 * The newest period of a project that has waited long enough: the lateness has passed since it ended, and since some series
 * of the project had a row as late as it.
 * @param arrivals ascending in both
 * @param endedThrough the newest period that had ended when the lateness began to count; +∞ on a grid without a calendar
 * @returns null when none has
 */
export function closedByLateness(
  arrivals: readonly Arrival[],
  when: { readonly now: number; readonly latenessMs: number; readonly endedThrough: number },
): number | null {
  const arrived = arrivals.findLast(({ at }) => at + when.latenessMs <= when.now);
  return arrived === undefined ? null : Math.min(arrived.period, when.endedThrough);
}
