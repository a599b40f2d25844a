// `accuracy`: how good the forecasts made were, on the real demand that has come since.

import { type CommandSpec, projectOption } from '../command.ts';
import { periodAt } from '../period-text.ts';
import type { AccuracyGroupBy, AccuracyReport } from '../services.ts';
import type { Column } from '../table.ts';
import { count, decimal, percent, plural } from '../words.ts';

type Metrics = AccuracyReport['overall']['metrics'];
interface Row {
  readonly name: string;
  readonly metrics: Metrics;
  readonly coverage: number | null;
  readonly valueAdded?: { readonly n: number; readonly value: number | null };
  readonly tracking?: { readonly n: number; readonly value: number | null };
}

const horizonsShown = 28;

export const accuracy: CommandSpec = {
  name: 'accuracy',
  group: 'Monitoring',
  summary: 'how good the forecasts were, on the real demand known now',
  details:
    'Every figure says how many labels it rests on. Periods that were out of stock are left out.\n' +
    'FVA of a group: 1 − MAE ÷ MAE of seasonal naive, on the labels (FVA on) for which its history is at hand.\n' +
    'Track: tracking signal of the first step ahead; beyond ±4 a series is forecast too high (+) or too low (−).',
  options: [
    projectOption,
    {
      flags: '-v, --model-version <version>',
      description: 'only forecasts of this version: number, id or alias',
    },
    { flags: '--from <period>', description: 'first period forecast, as 2024-03-31 (or a step)' },
    { flags: '--to <period>', description: 'last period forecast' },
    {
      flags: '--by <group>',
      description: 'horizon, series, version, arm, or a column of series',
      default: 'horizon',
    },
  ],
  examples: [
    'accuracy',
    'accuracy --from 2024-03-01 --by series',
    'accuracy --by region',
    'accuracy --model-version champion --json',
  ],
  async run(context) {
    const project = await context.project();
    const { monitor, registry } = await context.open();
    const { modelVersion, from, to, by } = context.options;
    const version =
      modelVersion === undefined ? undefined : await registry.find(project.name, String(modelVersion));
    const report = await monitor.accuracy(project, {
      ...groupingOf(String(by)),
      ...(version === undefined ? {} : { versionId: version.id }),
      ...(from === undefined ? {} : { fromPeriod: periodAt(project, String(from)) }),
      ...(to === undefined ? {} : { toPeriod: periodAt(project, String(to)) }),
    });
    return {
      json: report,
      print(printer) {
        const { overall, baseline, window } = report;
        if (window === null || (overall.metrics.n === 0 && report.fallback === null)) {
          printer.line(
            `${project.name}: no forecast has met its real demand yet (${count(overall.labelsDue)} labels due)`,
          );
          return;
        }
        printer.line(
          `${project.name}: ${plural(report.predictions, 'forecast')}, graded on ${window.from} to ${window.to}`,
        );
        printer.line(
          `labels: ${count(overall.labelsJoined)} of ${count(overall.labelsDue)} due (${percent(overall.labelCoverage)}), ` +
            `${count(overall.labelsCensored)} left out as out of stock`,
        );
        printer.line();
        const rows: Row[] = [
          { name: 'forecasts', metrics: overall.metrics, coverage: overall.labelCoverage },
        ];
        if (baseline.n > 0) {
          rows.push({ name: '… same labels as below', metrics: baseline.predictions, coverage: null });
          rows.push({
            name: `seasonal naive (${baseline.season})`,
            metrics: baseline.metrics,
            coverage: null,
          });
        }
        printer.table(columns('overall'), rows);
        if (report.fallback !== null) printer.line(fallbackLine(report.fallback));
        printer.line();
        const added = report.groups === undefined ? [] : valueAddedColumns;
        printer.table([...columns(String(by)), ...added], groupRows(report).slice(0, horizonsShown));
      },
    };
  },
};

const groupWords: readonly AccuracyGroupBy[] = ['horizon', 'series', 'version', 'arm'];

/** What is none of the words is a column of series. */
function groupingOf(by: string): { groupBy: AccuracyGroupBy } | { column: string } {
  const word = groupWords.find((one) => one === by);
  return word === undefined ? { column: by } : { groupBy: word };
}

/** Answers of the baseline, which are in none of the figures above. */
function fallbackLine({ predictions, metrics }: NonNullable<AccuracyReport['fallback']>): string {
  const figure =
    metrics.n === 0 ? 'no labels yet' : `WAPE ${percent(metrics.wape)} on ${plural(metrics.n, 'label')}`;
  return `not among them: ${plural(predictions, 'forecast')} by the baseline, as no version could: ${figure}`;
}

function groupRows(report: AccuracyReport): Row[] {
  if (report.groups !== undefined)
    return report.groups.map((group) => ({
      name: group.key ?? '(not known)',
      metrics: group.metrics,
      coverage: group.labelCoverage,
      valueAdded: group.valueAdded,
      tracking: group.tracking,
    }));
  return report.byHorizon.map((group) => ({
    name: String(group.horizon),
    metrics: group.metrics,
    coverage: group.labelCoverage,
  }));
}

function columns(title: string): Column<Row>[] {
  const number = (name: string, value: (metrics: Metrics) => string): Column<Row> => ({
    title: name,
    align: 'right',
    value: ({ metrics }) => value(metrics),
  });
  return [
    { title, value: (row) => row.name },
    number('labels', (metrics) => count(metrics.n)),
    { title: 'of due', align: 'right', value: (row) => percent(row.coverage, 0) },
    number('WAPE', (metrics) => percent(metrics.wape)),
    number('bias', (metrics) => percent(metrics.bias)),
    number('MAE', (metrics) => decimal(metrics.mae, 2)),
    number('RMSE', (metrics) => decimal(metrics.rmse, 2)),
    number('pinball', (metrics) => decimal(metrics.pinball, 2)),
    number('in 80 %', (metrics) => percent(metrics.intervalCoverage['0.8']?.share)),
    number('in 95 %', (metrics) => percent(metrics.intervalCoverage['0.95']?.share)),
  ];
}

const valueAddedColumns: readonly Column<Row>[] = [
  { title: 'FVA', align: 'right', value: ({ valueAdded }) => percent(valueAdded?.value) },
  { title: 'FVA on', align: 'right', value: ({ valueAdded }) => count(valueAdded?.n ?? 0) },
  { title: 'track', align: 'right', value: ({ tracking }) => decimal(tracking?.value ?? null, 1) },
];
