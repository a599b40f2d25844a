// Phases of the season in which a series never sells, such as the weekend of who delivers on working days: closed. Their zeros are no
// demand that failed to come, so they say nothing of its kind and spread, and the forecast there is nothing. Where a period without a
// row is unknown demand, phases without any row are closed by the same rule, as nothing else would say it.

import { ObservationStatus } from '../../core/index.ts';

/** Values of a phase that must be known, and zeros since its last sale if there was one; or periods without a row since then. */
const neverSoldMin = 4;
const quietMin = 8;
const rowlessMin = 5;
/** A silence of a phase that is less likely than this, for the demand of the others at the same time, is no accident. */
const chanceMax = 1e-4;
/** Phases in one number of `packPhases`. */
const phasesPerWord = 32;

/**
 * Which phases of the season are closed, by their place in the history: `values[t]` has phase t modulo the season. A phase is closed
 * when its last eight known values before the newest sale (four if it never sold) are zeros, and so many are no accident at the share
 * of periods with demand that the other phases had since. What came after the newest sale may be an end, and says nothing.
 * With `status`, periods without a row count as those zeros do, and five of them alone are enough; a stock-out, or a row that was
 * refused, is neither. All phases that never sold are closed where demand keeps to the others in a way that is no accident.
 * @param history demand in units, shape [n], NaN = unknown
 * @param season  periods per cycle; 1 = none
 * @param status  one `ObservationStatus` per value; absent = what is unknown says nothing
 * @returns shape [season], 1 = closed; undefined when none is. Cost: O(n) where nothing looks closed, else O(n × such phases).
 */
export function closedPhases(
  history: Float64Array,
  season: number,
  status?: Uint8Array,
): Uint8Array | undefined {
  let end = history.length;
  while (end > 0 && !(history[end - 1] !== 0 && Number.isFinite(history[end - 1]))) end--;
  if (season < 2 || end < neverSoldMin * season) return undefined;
  const closed = new Uint8Array(season);
  for (let phase = 0; phase < season; phase++) {
    const { zeros, rowless, from, sold } = quietSince(history, { phase, season, end, status });
    const quiet = zeros + rowless;
    if (quiet < (!sold ? neverSoldMin : zeros > 0 ? quietMin : rowlessMin)) continue;
    const share = shareOfOthers(history, { phase, season, from, end, status });
    if (quiet * Math.log(1 - share) < Math.log(chanceMax / season)) closed[phase] = 1;
  }
  closeUnsold(closed, history.subarray(0, end), status);
  return closed.includes(1) && closed.includes(0) ? closed : undefined;
}

/** Cycles with demand, and known values of each of the others, before phases are closed because all demand lies in a few. */
const cyclesMin = 4;
/** Weeks of a year are phases that dates move through: a season may begin one earlier next year. */
const unsoldSeasonMax = 31;
/** In seasons up to this one closed phase is common, such as Sundays: it is no evidence for another. */
const weekMax = 7;

/**
 * Closes phases in which nothing was ever sold, where all demand lies in the others in at least four cycles, and would not by chance: in
 * k of m open phases, chosen in any way, D periods of demand that know no season lie with a chance of at most C(m, k)·(k/m)^D. One of
 * the unsold is not counted, as it may be closed for itself; within a week each must be no accident though all others are closed.
 * @param closed by phase, those that are known to be; changed
 */
function closeUnsold(closed: Uint8Array, history: Float64Array, status: Uint8Array | undefined): void {
  const season = closed.length;
  if (season > unsoldSeasonMax) return;
  const sold = new Float64Array(season);
  const silent = new Float64Array(season);
  let cycles = 0;
  let lastCycle = -1;
  for (let t = 0; t < history.length; t++) {
    const value = history[t]!;
    const isUnknown = Number.isNaN(value);
    if (value === 0 || (isUnknown && status?.[t] === ObservationStatus.missing)) silent[t % season]!++;
    if (value === 0 || isUnknown || closed[t % season] === 1) continue;
    sold[t % season]!++;
    const cycle = Math.floor(t / season);
    if (cycle !== lastCycle) cycles++;
    lastCycle = cycle;
  }
  const selling = sold.reduce((count, one) => count + (one > 0 ? 1 : 0), 0);
  const unsold = closed.reduce((count, one) => count - one, season) - selling;
  const open = selling + (season > weekMax ? Math.max(1, unsold - 1) : 1);
  const demands = sold.reduce((sum, count) => sum + count, 0);
  let chance = demands * Math.log(selling / open);
  for (let i = 0; i < selling; i++) chance += Math.log((open - i) / (i + 1));
  if (unsold === 0 || cycles < cyclesMin || !(chance < Math.log(chanceMax))) return;
  for (let phase = 0; phase < season; phase++)
    if (sold[phase] === 0 && silent[phase]! >= cyclesMin) closed[phase] = 1;
}

interface PhaseAt {
  readonly phase: number;
  readonly season: number;
  readonly end: number;
  readonly status: Uint8Array | undefined;
}

/** Known zeros of a phase since its last sale, periods without a row, and where they begin. */
function quietSince(
  history: Float64Array,
  { phase, season, end, status }: PhaseAt,
): { zeros: number; rowless: number; from: number; sold: boolean } {
  let zeros = 0;
  let rowless = 0;
  let from = end;
  for (let t = phase + season * Math.floor((end - 1 - phase) / season); t >= 0; t -= season) {
    const value = history[t]!;
    if (Number.isNaN(value) && status?.[t] !== ObservationStatus.missing) continue;
    if (value > 0 || value < 0) return { zeros, rowless, from, sold: true };
    if (value === 0) zeros++;
    else rowless++;
    from = t;
  }
  return { zeros, rowless, from, sold: false };
}

/** Share of known periods with demand over the other phases that sold; below 1. */
function shareOfOthers(history: Float64Array, of: PhaseAt & { readonly from: number }): number {
  const sold = new Float64Array(of.season);
  const known = new Float64Array(of.season);
  for (let t = of.from; t < of.end; t++) {
    const value = history[t]!;
    const isUnknown = Number.isNaN(value);
    if (t % of.season === of.phase || (isUnknown && of.status?.[t] !== ObservationStatus.missing)) continue;
    known[t % of.season]!++;
    if (value !== 0 && !isUnknown) sold[t % of.season]!++;
  }
  let demands = 0;
  let periods = 1;
  for (let phase = 0; phase < of.season; phase++) {
    if (sold[phase] === 0) continue;
    demands += sold[phase]!;
    periods += known[phase]!;
  }
  return demands / periods;
}

/** The history with the zeros of closed phases unknown; the history itself where none is closed. */
export function openHistory(history: Float64Array, season: number): Float64Array {
  const closed = closedPhases(history, season);
  if (closed === undefined) return history;
  return history.map((value, t) => (closed[t % season] === 1 && value === 0 ? Number.NaN : value));
}

/** Numbers that hold the phases of one series. */
export function phaseWords(season: number): number {
  return Math.ceil(season / phasesPerWord);
}

/**
 * Closed phases as numbers to store, by phase of the period itself.
 * @param start period of the first value of the history that they were found in
 */
export function packPhases(closed: Uint8Array, start: number): Float64Array {
  const season = closed.length;
  const words = new Float64Array(phaseWords(season));
  for (const [place, isClosed] of closed.entries()) {
    if (isClosed === 0) continue;
    const phase = (((start + place) % season) + season) % season;
    words[Math.floor(phase / phasesPerWord)]! += 2 ** (phase % phasesPerWord);
  }
  return words;
}

/** Whether a period is in a closed phase, by what `packPhases` made. */
export function isInClosedPhase(words: Float64Array, season: number, period: number): boolean {
  const phase = ((period % season) + season) % season;
  const word = words[Math.floor(phase / phasesPerWord)]!;
  return Math.floor(word / 2 ** (phase % phasesPerWord)) % 2 === 1;
}
