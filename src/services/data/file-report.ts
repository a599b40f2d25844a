// The report on a file before it is taken in: the same pass as an ingest, and what it says about the histories.

import { assert, type GapRule, keyShown, type Project, periodLabel } from '../../core/index.ts';
import type { IngestFileOutput } from './engine/ingest-file-input.ts';
import type { Table } from './engine/table-columns.ts';
import type { DataProfile } from './profile/data-profile.ts';
import type { IngestCounts } from './rows/ingest-result.ts';
import { timesText } from './rows/row-intake.ts';
import type { SeriesSummary } from './rows/series-report.ts';
import { SpacingTally } from './rows/spacing-tally.ts';
import type { HeldRows } from './rows/unit-check.ts';

/** Something a person should look at before bringing the file in. */
export interface Finding {
  readonly kind:
    | 'refused-rows'
    | 'nothing-lands'
    | 'frequency'
    | 'two-grains'
    | 'gaps'
    | 'short-series'
    | 'stale'
    | 'look-alike'
    | 'total'
    | 'unit-change'
    | 'hidden'
    | 'no-column'
    | 'rounded'
    | 'unfinished';
  readonly message: string;
}

export interface FileReport extends IngestCounts {
  readonly histories: SeriesSummary;
  readonly profile: DataProfile;
  readonly findings: readonly Finding[];
}

/** @param found of a file that was looked at as the whole table */
export function fileReport(project: Project, found: IngestFileOutput): FileReport {
  assert(found.profile !== undefined, 'a file that is validated is looked at as a table');
  const { rows, accepted, plans, duplicates, quarantined } = found;
  const { quarantinedByCode, periodMin, periodMax, problems } = found;
  return {
    rows,
    accepted,
    plans,
    duplicates,
    quarantined,
    quarantinedByCode,
    periodMin,
    periodMax,
    problems,
    ...(found.contract === undefined ? {} : { contract: found.contract }),
    histories: found.summary,
    profile: found.profile,
    findings: findingsOf(project, found),
  };
}

/**
 * What should be looked at whether the file is checked or taken in: keys that may be one, demand that is in another unit from some
 * period on, and what a spreadsheet hides.
 */
export function suspicions(
  project: Project,
  found: Pick<IngestFileOutput, 'lookAlikes' | 'totals' | 'notes' | 'summary' | 'held'>,
): Finding[] {
  const { groups, count } = found.lookAlikes;
  const alike = groups.slice(0, 3).map((keys): Finding => {
    const message = `${keys.slice(0, 4).map(keyShown).join(', ')} look alike and are ${keys.length} series`;
    return { kind: 'look-alike', message };
  });
  if (count > alike.length && alike.length > 0)
    alike.push({
      kind: 'look-alike',
      message: `${grouped(count - alike.length)} more groups of series ids look alike`,
    });
  const totals = totalFindings(found.totals);
  const units = found.summary.unitChanges.map(({ factor, series, examples }): Finding => {
    const [first] = examples;
    const label = (period: number): string => periodLabel(project.grid, period);
    const until = first?.until == null ? ' on' : ` to ${label(first.until - 1)}`;
    const from = first === undefined ? '' : ` from ${label(first.period)}${until}`;
    const by = factor > 1 ? `${factor} times as much` : `1/${Math.round(1 / factor)} as much`;
    const named = examples.slice(0, 3).map(({ seriesId }) => keyShown(seriesId));
    const message = `${grouped(series)} of ${grouped(found.summary.series)} series (${named.join(', ')}) sell ${by}${from}: was it another unit?`;
    return { kind: 'unit-change', message };
  });
  const grains = grainFindings(project, found.summary);
  const held = heldFindings(project, found.held ?? []);
  return [...alike, ...totals, ...grains, ...held, ...(project.units === 'off' ? [] : units), ...found.notes];
}

/** That rows are totals of several periods in a part of the history, and single periods in the other. */
export function grainFindings(
  { grid, gaps }: Pick<Project, 'grid' | 'gaps'>,
  { series, spacingChanges }: Pick<SeriesSummary, 'series' | 'spacingChanges'>,
): Finding[] {
  return spacingChanges.map(({ spacing, totals, examples, ...found }): Finding => {
    const [first] = examples;
    const named = examples.slice(0, 3).map(({ seriesId }) => keyShown(seriesId));
    const from =
      first === undefined
        ? ''
        : ` ${totals === 'first' ? 'before' : 'from'} ${periodLabel(grid, first.period)}${totals === 'first' ? '' : ' on'}`;
    const between = gaps === 'zero' ? 'zero' : gaps === 'fill' ? 'on the line between them' : 'unknown';
    return {
      kind: 'two-grains',
      message:
        `${grouped(found.series)} of ${grouped(series)} series (${named.join(', ')}) have totals of ${spacing} ${grid.frequency}s${from}, ` +
        `and single ${grid.frequency}s otherwise: the ${grid.frequency}s between totals count as ${between}. ` +
        'Bring one grain: add the finer rows up, or leave the totals out',
    };
  });
}

/** The same of a file that is read to be evaluated. Cost: O(rows) */
export function grainsOfTable(table: Table, gaps: GapRule): string[] {
  const tally = new SpacingTally();
  table.seriesIds.forEach((id, s) => {
    const range = [table.offsets[s] as number, table.offsets[s + 1] as number] as const;
    tally.add(id, table.periods.subarray(...range), table.values.subarray(...range));
  });
  const found = { series: table.seriesIds.length, spacingChanges: tally.found() };
  return grainFindings({ grid: table.grid, gaps }, found).map(({ message }) => message);
}

function totalFindings({ ids, count }: IngestFileOutput['totals']): Finding[] {
  if (count === 0) return [];
  const named = ids.slice(0, 3).map(keyShown).join(', ');
  const more = count > 3 ? ` and ${grouped(count - 3)} more` : '';
  const message = `${named}${more} ${count === 1 ? 'is' : 'are'} called ${count === 1 ? 'a total' : 'totals'} and would count beside what ${count === 1 ? 'it adds' : 'they add'} up: dialect.leaveOut leaves such rows out`;
  return [{ kind: 'total', message }];
}

/** That the newest period is a part only, which is no low one; a profile says this in its own words. */
export function unfinishedPeriod(
  project: Project,
  { periodMax, unfinished, openFrom }: Pick<IngestFileOutput, 'periodMax' | 'unfinished' | 'openFrom'>,
): Finding[] {
  if (periodMax === null || unfinished.length === 0 || openFrom === null) return [];
  const message =
    `${periodLabel(project.grid, periodMax)} is unfinished: ${unfinished.join('; ')}. ` +
    'What it has is kept, and is part of no training and no forecast until rows of a later period come, or it is closed: if it is ' +
    `whole, say --closed-through ${periodLabel(project.grid, periodMax)}`;
  return [{ kind: 'unfinished', message }];
}

function heldFindings(project: Project, held: readonly HeldRows[]): Finding[] {
  const byFactor = new Map<number, HeldRows[]>();
  for (const one of held) {
    const factor = one.isSure ? one.factor : -one.factor;
    const same = byFactor.get(factor);
    if (same === undefined) byFactor.set(factor, [one]);
    else same.push(one);
  }
  return [...byFactor].map(([factor, rows]): Finding => {
    const ids = [...new Set(rows.map(({ seriesId }) => seriesId))];
    const from = periodLabel(project.grid, Math.min(...rows.slice(0, 1000).map((one) => one.from)));
    const named = ids.slice(0, 3).map(keyShown).join(', ');
    const message =
      `rows of ${grouped(ids.length)} series (${named}) from ${from} on are held back: they are ${timesText(factor)} what is usual. ` +
      'Was it another unit? `almanac quarantine` says what to do';
    return { kind: 'unit-change', message };
  });
}

function findingsOf(project: Project, found: IngestFileOutput): Finding[] {
  // Rows that a rule leaves out are no fault.
  const refused = found.quarantined - (found.quarantinedByCode['left-out'] ?? 0);
  const rows: Finding[] =
    found.accepted === 0
      ? [{ kind: 'nothing-lands', message: `none of the ${grouped(found.rows)} rows would land` }]
      : refused > 0
        ? [
            {
              kind: 'refused-rows',
              message: `${grouped(refused)} of ${grouped(found.rows)} rows would go to quarantine`,
            },
          ]
        : [];
  return [...rows, ...suspicions(project, found), ...historyFindings(project, found.summary)];
}

/** What should be looked at in histories, whether they are in a file or stored. */
export function historyFindings({ contract, grid, gaps }: Project, summary: SeriesSummary): Finding[] {
  const findings: Finding[] = [];
  const add = (kind: Finding['kind'], message: string): void => {
    findings.push({ kind, message });
  };
  if (summary.usualSpacing !== null && summary.usualSpacing > 1 && summary.spacingShare > 0.5)
    add(
      'frequency',
      `rows of a series are usually ${summary.usualSpacing} ${grid.frequency}s apart: is ${grid.frequency} the right frequency?`,
    );
  if (summary.gapPeriods > 0)
    add(
      'gaps',
      summary.gapPeriods === 1
        ? `1 period between first and last rows has none: it counts as ${gaps}`
        : `${grouped(summary.gapPeriods)} periods between first and last rows have none: they count as ${gaps}`,
    );
  if (summary.shortSeries > 0)
    add(
      'short-series',
      `${summary.shortSeries} of ${summary.series} series have fewer than ${contract.historyPeriodsMin} periods (${summary.shortExamples.join(', ')}): a baseline will serve them`,
    );
  if (contract.stalePeriodsMax > 0 && (summary.stalePeriods ?? 0) > contract.stalePeriodsMax)
    add(
      'stale',
      `the newest row is of ${periodLabel(grid, summary.periodMax ?? 0)}, ${summary.stalePeriods} ${grid.frequency}s behind`,
    );
  return findings;
}

/** `1,234,567`. */
function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
