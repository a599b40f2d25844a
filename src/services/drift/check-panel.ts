// A check of drift over a panel: which columns are watched, beside what, and what came of it. Pure.

import type { Panel, Project } from '../../core/index.ts';
import {
  persisted,
  type SeasonalFinding,
  type SeasonCalendar,
  seasonalReport,
  seasonCalendar,
  type TimedColumn,
  verdictOver,
} from '../../forecasting/drift/index.ts';
import type { PeriodColumn } from '../data/index.ts';
import type { ErrorAt } from './change-cost.ts';
import { type WatchedColumn, withChanges } from './changes.ts';
import type { DriftCheck } from './drift-report.ts';
import { type CompleteDriftSettings, driftSettingsOf } from './drift-settings.ts';
import { faultsOf } from './find-faults.ts';
import {
  categoryOf,
  demandOf,
  groupsOf,
  isOfTheUser,
  numbersOfColumn,
  type Range,
  type SeriesGroup,
  type Watched,
  type WatchedNumbers,
} from './panel-columns.ts';
import { sideOf } from './shown-side.ts';

export interface CheckInput {
  readonly project: Project;
  readonly panel: Panel;
  /** The newest period that is closed for the whole project: nothing later is looked at. */
  readonly through: number;
  /** Holidays of the periods; null = the project has no calendar. */
  readonly holidays: PeriodColumn | null;
  /** The check before; null = there was none. */
  readonly before: DriftCheck | null;
  /** Errors of the forecasts that were served; null, or absent = none were. */
  readonly errorAt?: ErrorAt | null;
}

/** Years that are read: two of differences from the year before, and that year. */
const yearsRead = 3;

/** Cost: O(series × periods × columns), and that of `seasonalReport`. */
export function checkPanel(input: CheckInput): DriftCheck {
  const { project, panel, through, holidays, before, errorAt = null } = input;
  const settings = driftSettingsOf(project);
  const calendar = seasonCalendar(project.grid, holidays === null ? undefined : eventsOf(holidays));
  const { windowPeriods, recentPeriods } = settings;
  const [from, to] = [through - windowPeriods + 1, through];
  const range = rangeOf(panel, { from, to, recentPeriods, calendar });
  const { watched, groups, notes } = watchedOf({ project, panel, range, settings, calendar });
  const explaining = explainingOf(project, watched);
  const timed = watched.map((one, i) => timedOf(one, String(i), { range, settings, explaining }));
  const options = {
    from,
    to,
    recentPeriods,
    calendar,
    falseAlarms: settings.falseAlarms,
    seed: project.seed,
  };
  const report = seasonalReport(timed, options);
  const found = report.columns.map(
    (finding, i): WatchedColumn => ({
      watched: watched[i] as Watched,
      timed: timed[i] as TimedColumn,
      finding,
      record: recordOf(watched[i] as Watched, finding, { range, from, to, before, windowPeriods }),
    }),
  );
  const asked = { project, panel, members: groups, from, to, recentPeriods, calendar, errorAt };
  const { columns, concepts } = withChanges(found, { ...asked, concepts: before?.concepts ?? [] });
  const faults = faultsOf({ project, panel, range, watched, groups, from, to, calendar, recentPeriods });
  return {
    from,
    to,
    recentFrom: Math.max(range.first, from - recentPeriods),
    verdict: columns.length === 0 ? 'unknown' : verdictOver(columns.map(({ verdict }) => verdict)),
    series: panel.series.length,
    tests: report.tests,
    falseAlarms: settings.falseAlarms,
    columns,
    concepts,
    faults,
    notes,
  };
}

function eventsOf({ begin, codes, labels }: PeriodColumn): (period: number) => string | null {
  return (period) => {
    const code = codes[period - begin] ?? 0;
    return code === 0 ? null : (labels[code] ?? null);
  };
}

function rangeOf(
  { series }: Panel,
  of: {
    readonly from: number;
    readonly to: number;
    readonly recentPeriods: number;
    readonly calendar: SeasonCalendar | null;
  },
): Range {
  const wanted = of.from - Math.max(of.recentPeriods, yearsRead * (of.calendar?.year ?? 0));
  let oldest = Number.POSITIVE_INFINITY;
  for (const { start } of series) oldest = Math.min(oldest, start);
  return { first: Math.max(wanted, Math.min(oldest, of.from)), last: of.to };
}

function watchedOf({
  project,
  panel,
  range,
  settings,
  calendar,
}: {
  readonly project: Project;
  readonly panel: Panel;
  readonly range: Range;
  readonly settings: CompleteDriftSettings;
  readonly calendar: SeasonCalendar | null;
}): { watched: Watched[]; groups: SeriesGroup[]; notes: string[] } {
  const column = project.columns.target;
  const all = demandOf(panel, range, { column, group: null });
  const varying = (panel.covariates?.varying ?? []).filter(({ name }) => isOfTheUser(project, name));
  const others = varying.map(
    (one): Watched =>
      one.labels === null ? numbersOfColumn(panel, range, one) : categoryOf(panel, range, one),
  );
  const groups = groupsOf(project, panel, settings.groupBy);
  const room = roomFor(range, { settings, calendar }) - 1 - others.length;
  // The largest are watched: each test more takes from what all can see.
  const bySize = [...groups].sort(
    (a, b) => b.members.length - a.members.length || (a.name < b.name ? -1 : 1),
  );
  const members = bySize.slice(0, Math.max(0, room));
  const notes =
    members.length === groups.length
      ? []
      : [
          `${groups.length - members.length} of ${groups.length} groups of series are not looked at by themselves: ` +
            `a history of ${range.last - range.first + 1} periods can tell ${Math.max(0, room)} of them from chance`,
        ];
  const ofGroups = members.map(({ name, members: own }) =>
    demandOf(panel, range, { column, group: name, members: own }),
  );
  return { watched: [all, ...ofGroups, ...others], groups, notes };
}

/** Tests that the windows of a history can tell from chance: p of one is never below one window. */
function roomFor(
  { first, last }: Range,
  {
    settings,
    calendar,
  }: { readonly settings: CompleteDriftSettings; readonly calendar: SeasonCalendar | null },
): number {
  const all = last - first + 1;
  const seasonal = calendar === null ? 0 : all - calendar.year;
  const usable =
    seasonal > all / 2 ? seasonal : Math.min(all, settings.recentPeriods + settings.windowPeriods);
  return Math.floor(settings.falseAlarms * usable);
}

/** What is known ahead explains demand; nothing explains it. By place in the list. */
function explainingOf({ columns }: Project, watched: readonly Watched[]): string[] {
  return watched.flatMap((one, i) =>
    !('levels' in one) && (columns.known ?? []).includes(one.column) ? [String(i)] : [],
  );
}

function timedOf(
  watched: Watched,
  name: string,
  {
    range,
    settings,
    explaining,
  }: {
    readonly range: Range;
    readonly settings: CompleteDriftSettings;
    readonly explaining: readonly string[];
  },
): TimedColumn {
  if ('levels' in watched)
    return { name, kind: 'category', periods: watched.periods, levels: watched.levels };
  const isUsual = watched.scale === 'usual';
  return {
    name,
    kind: 'number',
    start: range.first,
    values: watched.values,
    compare: isUsual ? 'ratio' : 'difference',
    ...(isUsual ? { matters: settings.effectMatters } : {}),
    ...(explaining.includes(name) ? {} : { explainedBy: explaining }),
  };
}

function recordOf(
  watched: Watched,
  finding: SeasonalFinding,
  {
    range,
    from,
    to,
    before,
    windowPeriods,
  }: {
    readonly range: Range;
    readonly from: number;
    readonly to: number;
    readonly before: DriftCheck | null;
    readonly windowPeriods: number;
  },
): WatchedColumn['record'] {
  const { column } = watched;
  const group = 'levels' in watched ? null : watched.group;
  const scale = 'levels' in watched ? null : watched.scale;
  const last = before?.columns.find((one) => one.column === column && one.group === group);
  const isAgain = before?.to === to && before.to - before.from + 1 === windowPeriods;
  const lately = last?.lately ?? [];
  // The same window once more is no second check of it.
  const state = { recent: isAgain ? lately.slice(0, -1) : lately };
  const { state: after, isConfirmed } = persisted(state, finding.verdict);
  return {
    column,
    group,
    kind: finding.kind,
    scale,
    verdict: finding.verdict,
    because: inShares(finding, scale) ?? finding.because,
    decidedBy: finding.decidedBy,
    coverage: coverageOf(watched, { first: range.first, from, to }),
    confirmed: finding.verdict === 'drift' && isConfirmed,
    lately: after.recent,
    recent: sideOf(finding.recent, { scale, isOfSeason: false }),
    season: finding.season === null ? null : sideOf(finding.season, { scale, isOfSeason: true }),
  };
}

/** How far an amount has moved, as people say it; null where that is not what was found. */
function inShares(
  { verdict, decidedBy, recent, season }: SeasonalFinding,
  scale: 'usual' | 'mean' | null,
): string | null {
  const isOfSeason = decidedBy === 'season';
  const { medianReference, medianCurrent } = sideOf((isOfSeason ? season : null) ?? recent, {
    scale,
    isOfSeason,
  });
  if (verdict !== 'drift' || scale !== 'usual' || medianReference === null || medianCurrent === null)
    return null;
  const share = isOfSeason
    ? Math.expm1(medianCurrent - medianReference)
    : medianCurrent / medianReference - 1;
  if (!Number.isFinite(share) || Math.abs(share) < 0.005) return null;
  const factor =
    1 + share >= 3
      ? `${Number((1 + share).toPrecision(2))} times`
      : `${Math.round(100 * Math.abs(share))} % ${share > 0 ? 'above' : 'below'}`;
  return isOfSeason
    ? `${factor} what the same season of last year and the growth since let expect`
    : `${factor} what it was in the periods before; there is no year before to compare with`;
}

function coverageOf(
  { known, there }: Pick<WatchedNumbers, 'known' | 'there'>,
  { first, from, to }: { readonly first: number; readonly from: number; readonly to: number },
): number {
  let [said, all] = [0, 0];
  for (let period = from; period <= to; period++) {
    said += known[period - first] ?? 0;
    all += there[period - first] ?? 0;
  }
  return all === 0 ? 0 : said / all;
}
