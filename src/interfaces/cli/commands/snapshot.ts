// `snapshot list` and `snapshot diff`: the immutable versions of a project's data.

import { periodLabel } from '../../../core/index.ts';
import { shownSnapshotDiff, withdrawnSince } from '../../../services/data/index.ts';
import { type CommandSpec, projectOption, wholeNumber } from '../command.ts';
import type { SnapshotRecord } from '../services.ts';
import { count, moment } from '../words.ts';

export const snapshotList: CommandSpec = {
  name: 'snapshot list',
  group: 'Data',
  summary: 'list the dataset versions that trainings used',
  options: [
    projectOption,
    { flags: '--limit <n>', description: 'snapshots to list', default: 20, parse: wholeNumber(1, 1000) },
  ],
  examples: ['snapshot list', 'snapshot list --project shop --json'],
  async run(context) {
    const project = await context.project();
    const { data } = await context.open();
    const snapshots = await data.listSnapshots(project.name, Number(context.options.limit));
    const withdrawals = await data.withdrawals(project.name);
    const list = snapshots.map((snapshot) => ({
      ...snapshot,
      withdrawnSince: withdrawnSince(snapshot, withdrawals).map(({ id }) => id),
    }));
    return {
      json: list,
      print(printer) {
        printer.table<(typeof list)[number]>(
          [
            { title: 'snapshot', value: (row) => row.id },
            { title: 'made', value: (row) => moment(row.createdAt) },
            { title: 'rows', align: 'right', value: (row) => count(row.rowCount) },
            { title: 'series', align: 'right', value: (row) => count(row.seriesCount) },
            { title: 'from', value: (row) => periodLabel(project.grid, row.periodMin) },
            { title: 'to', value: (row) => periodLabel(project.grid, row.periodMax) },
          ],
          list,
        );
        const holding = list.filter(({ withdrawnSince: ids }) => ids.length > 0);
        for (const { id, withdrawnSince: ids } of holding)
          printer.line(`${id.slice(0, 12)} holds rows that were withdrawn since: ${ids.join(', ')}`);
        if (list.length === 0) printer.line('none yet: a training makes one');
      },
    };
  },
};

export const snapshotDiff: CommandSpec = {
  name: 'snapshot diff',
  group: 'Data',
  arguments: '<from> <to>',
  summary: 'what changed from one dataset version to another',
  details: 'Snapshots are given by id, or by as much of its beginning as is needed.',
  options: [projectOption],
  examples: ['snapshot diff 3f2a 9c41'],
  async run(context) {
    const project = await context.project();
    const [from, to] = context.args as [string, string];
    const { data } = await context.open();
    const known = await data.listSnapshots(project.name, 1000);
    const found = await data.diffSnapshots(project.name, fullId(from, known), fullId(to, known));
    const diff = shownSnapshotDiff(project, found);
    return {
      json: diff,
      print(printer) {
        const { correctionExamples, ...figures } = diff;
        printer.pairs(
          Object.entries(figures).map(([key, value]: [string, unknown]): [string, string] => {
            return [periodNames[key] ?? words(key), typeof value === 'number' ? count(value) : text(value)];
          }),
        );
        if (correctionExamples.length === 0) return;
        printer.line();
        printer.table(
          [
            { title: 'corrected', value: ({ series }) => series },
            { title: 'period', value: ({ period }) => period },
            { title: 'before', align: 'right', value: ({ before }) => amount(before) },
            { title: 'after', align: 'right', value: ({ after }) => amount(after) },
          ],
          correctionExamples,
        );
        const more = diff.corrections - correctionExamples.length;
        if (more > 0) printer.line(`and ${count(more)} more`);
      },
    };
  },
};

const amount = (value: number | null): string => (value === null ? 'unknown' : String(value));

/** The one id that begins so; anything else is left for `data` to refuse. */
function fullId(prefix: string, known: readonly SnapshotRecord[]): string {
  const matches = known.filter(({ id }) => id.startsWith(prefix));
  return matches.length === 1 ? (matches[0] as SnapshotRecord).id : prefix;
}

/** Figures that are periods; people read dates. */
const periodNames: Readonly<Record<string, string>> = {
  periodMaxBefore: 'last period before',
  periodMaxAfter: 'last period after',
};

function words(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(text).join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
