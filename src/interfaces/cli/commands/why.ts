// `why`: what a forecast came from, back to the batches its model learnt from.

import { type Project, periodLabel } from '../../../core/index.ts';
import { withdrawnSince } from '../../../services/data/index.ts';
import type { CommandSpec } from '../command.ts';
import type { Printer } from '../printer.ts';
import type { Lineage } from '../services.ts';
import { count, decimal, duration, moment, plural } from '../words.ts';

export const why: CommandSpec = {
  name: 'why',
  group: 'Registry',
  arguments: '<prediction>',
  summary: 'what a forecast came from: version, run, snapshot, batches',
  examples: ['why prd_01h2xcejqtf2nbrexx3vqjhp41', 'why prd_01h2xcejqtf2nbrexx3vqjhp41 --json'],
  async run(context) {
    const { registry, projects, data } = await context.open();
    const lineage = await registry.why(context.args[0] as string);
    const project = projects.find(lineage.prediction.project);
    const { mean, quantiles, ...prediction } = lineage.prediction;
    const withdrawals = await data.withdrawals(prediction.project);
    const withdrawn = lineage.snapshot === null ? [] : withdrawnSince(lineage.snapshot, withdrawals);
    return {
      json: {
        ...lineage,
        withdrawnSince: withdrawn.map(({ id }) => id),
        prediction: { ...prediction, mean: [...mean], quantiles: [...quantiles] },
      },
      print: (printer) => {
        print(printer, lineage, project);
        for (const { id, rows, at } of withdrawn)
          printer.line(
            `the snapshot holds ${plural(rows, 'row')} that ${rows === 1 ? 'was' : 'were'} withdrawn on ${moment(at).slice(0, 10)} (${id})`,
          );
      },
    };
  },
};

function print(printer: Printer, lineage: Lineage, project: Project | undefined): void {
  const { bold, dim, cyan } = printer.colours;
  const { prediction, version, run, snapshot } = lineage;
  const label = (period: number): string =>
    project === undefined ? String(period) : periodLabel(project.grid, period);
  const section = (name: string, id: string, pairs: [string, string | null][]): void => {
    printer.line(`${cyan(name)} ${bold(id)}`);
    printer.pairs(pairs.map(([key, value]) => [`  ${key}`, value]));
    printer.line();
  };
  section('prediction', prediction.id, [
    ['series', prediction.seriesId],
    ['made', moment(prediction.madeAt)],
    ['from data up to', label(prediction.cutoff)],
    ['first steps', Array.from(prediction.mean.slice(0, 7), (value) => decimal(value, 1)).join('  ')],
    ['answered by', prediction.source],
    ['purpose', prediction.purpose === 'served' ? 'served: it is graded' : 'what-if: it is not graded'],
    ['quantiles', adaptedText(prediction)],
    ['knew ahead', prediction.covariates === undefined ? null : knownText(prediction.covariates)],
  ]);
  if (version === null) {
    printer.line(dim('no model answered: the baseline did, straight from the recent demand'));
    return;
  }
  section('version', `${version.number} (${version.id})`, [
    ['made', moment(version.createdAt)],
    ['artifact', version.artifactHash],
    [
      'in traffic since',
      lineage.promotedBy === null
        ? null
        : `${moment(lineage.promotedBy.at)}, by ${lineage.promotedBy.by}: ${lineage.promotedBy.reason}`,
    ],
  ]);
  if (run !== null)
    section('run', run.id, [
      ['status', run.status],
      ['took', duration(run.durationMs)],
      ['code', run.codeVersion],
      ['seed', String(run.seed)],
      ['WAPE in its backtest', decimal(run.metrics['selected.wape'], 4)],
    ]);
  if (snapshot !== null)
    section('snapshot', snapshot.id, [
      ['rows', `${count(snapshot.rowCount)} of ${count(snapshot.seriesCount)} series`],
      ['periods', `${label(snapshot.periodMin)} to ${label(snapshot.periodMax)}`],
    ]);
  printBatches(printer, 'trained on', lineage.trainedOn);
  printBatches(printer, 'observed since', lineage.observedSince);
}

/** Levels that were adapted, as `0.1 from 0.083`; null when none moved. */
function adaptedText({ levels, adapted }: Lineage['prediction']): string | null {
  const moved = levels.flatMap((level, l) => {
    const asked = adapted?.levels[l] ?? level;
    return asked === level ? [] : [`${level} from the model's ${decimal(asked, 3)}`];
  });
  return moved.length === 0 ? null : moved.join(', ');
}

/** `price 1.99, promo 0 0 1 …`: a single value holds for all steps. */
function knownText(covariates: NonNullable<Lineage['prediction']['covariates']>): string {
  return Object.entries(covariates)
    .map(([name, steps]) => {
      const values = Array.isArray(steps) ? steps : [steps];
      const shown = values.slice(0, 7).map((value) => (value === null ? 'unknown' : String(value)));
      return `${name} ${shown.join(' ')}${values.length > 7 ? ' …' : ''}`;
    })
    .join(', ');
}

function printBatches(printer: Printer, title: string, group: Lineage['trainedOn']): void {
  const { cyan, dim } = printer.colours;
  printer.line(`${cyan(title)} ${plural(group.count, 'batch', 'batches')}`);
  const shown = group.newest.slice(0, 5);
  if (shown.length > 0)
    printer.table(
      [
        { title: '  batch', value: (batch) => `  ${batch.id}` },
        { title: 'from', value: (batch) => batch.source },
        { title: 'received', value: (batch) => moment(batch.receivedAt) },
        { title: 'rows', align: 'right', value: (batch) => count(batch.rowsAccepted) },
        { title: 'quarantined', align: 'right', value: (batch) => count(batch.rowsQuarantined) },
      ],
      shown,
    );
  if (group.count > shown.length) printer.line(dim(`  … and ${count(group.count - shown.length)} older`));
}
