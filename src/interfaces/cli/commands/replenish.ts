// `replenish`: what to order, from a file of stock positions and the champion's forecasts.

import { resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { defaultDialect } from '../../../core/index.ts';
import type { ReplenishmentTerms } from '../../../services/serving/index.ts';
import { type CommandContext, type CommandSpec, projectOption, wholeNumber } from '../command.ts';
import { oneOf } from '../evaluate-options.ts';
import { leadTimeOf, positionColumns, positionsOf } from '../positions-file.ts';
import { readSample } from '../sample.ts';
import type { CliServices } from '../services.ts';
import { count, decimal, percent } from '../words.ts';

const linesDefault = 20;

export const replenish: CommandSpec = {
  name: 'replenish',
  group: 'Use',
  arguments: '<file>',
  summary: 'what to order, most urgent first',
  details:
    'FILE is CSV or NDJSON (.gz too), one row per series: series (or the columns that name it) and onHand, and what\n' +
    `else is known: ${positionColumns.slice(1).join(', ')}.\n` +
    'Options are the terms of rows that do not state their own. See `almanac docs replenishment`.',
  options: [
    projectOption,
    {
      flags: '--lead-time <periods>',
      description: 'from an order to its arrival (default: 1)',
      parse: amountFrom(0),
    },
    { flags: '--lead-time-sd <periods>', description: 'its standard deviation', parse: amountFrom(0) },
    {
      flags: '--review <periods>',
      description: 'between two reviews, 0 = at any moment (default: 1)',
      parse: wholeNumber(0, 1000),
    },
    {
      flags: '--policy <name>',
      description: 'R,S or s,S or s,Q (default: R,S, without review s,S)',
      parse: oneOf(['R,S', 's,S', 's,Q']),
    },
    {
      flags: '--cycle-service <share>',
      description: 'of cycles without a stock-out (default: 0.95)',
      parse: amountFrom(0),
    },
    { flags: '--fill-rate <share>', description: 'of units served from the shelf', parse: amountFrom(0) },
    { flags: '--shortage-cost <money>', description: 'of a unit short', parse: amountFrom(0) },
    { flags: '--leftover-cost <money>', description: 'of a unit left over', parse: amountFrom(0) },
    { flags: '--lot <units>', description: 'Q of s,Q, or S − s of s,S', parse: amountFrom(0) },
    { flags: '--minimum-order <units>', description: 'smallest order', parse: amountFrom(0) },
    { flags: '--pack-size <units>', description: 'orders are multiples of it', parse: amountFrom(0) },
    { flags: '--unit-cost <money>', description: 'value of a unit', parse: amountFrom(0) },
    {
      flags: '--curve <series>',
      description: 'show its stock too, period by period, as the order would have it',
    },
    {
      flags: '--limit <lines>',
      description: 'lines shown',
      parse: wholeNumber(1, 100_000),
      default: linesDefault,
    },
  ],
  examples: [
    'replenish stock.csv --lead-time 5 --review 7',
    'replenish stock.csv --lead-time 5 --lead-time-sd 1 --fill-rate 0.98 --json',
    'replenish stock.csv --lead-time 5 --curve north/A-17',
  ],
  async run(context) {
    const project = await context.project();
    const path = resolve(context.terminal.cwd, context.args[0] as string);
    const positions = positionsOf(await readSample(path, project.dialect ?? defaultDialect), project, path);
    const { serving } = await context.open();
    if (!serving.projectNames().includes(project.name)) await serving.take(project);
    const curve = context.options.curve as string | undefined;
    const answer = await serving.replenish(project.name, {
      positions,
      terms: termsOf(context),
      ...(curve === undefined ? {} : { curves: [curve] }),
    });
    const limit = context.options.limit as number;
    return {
      json: answer,
      print(printer) {
        const { bold, dim } = printer.colours;
        const { totals, lines } = answer;
        const value = totals.orderValue === null ? '' : `, worth ${count(totals.orderValue)}`;
        printer.line(
          `${bold(project.name)}: order ${count(totals.orderUnits)} units of ${count(totals.toOrder)} of ${count(totals.lines)} series${value}; positions at the end of ${answer.cutoffAt}, ranked by expected ${answer.rankedBy}`,
        );
        printer.line();
        printer.table(columns, lines.slice(0, limit));
        printer.line();
        for (const line of lines.slice(0, limit)) printer.line(`${bold(line.series)}  ${line.because}`);
        if (lines.length > limit) {
          printer.line();
          printer.line(dim(`… and ${lines.length - limit} more: raise --limit, or use --json`));
        }
        const shown = lines.find((line) => line.curve !== undefined);
        if (shown?.curve === undefined) return;
        printer.line();
        printer.line(`${bold(shown.series)}: expected stock at the end of each period, with its 80 % band`);
        printer.table(curveColumns, shown.curve);
      },
    };
  },
};

type Line = Awaited<ReturnType<CliServices['serving']['replenish']>>['lines'][number];

const right = 'right' as const;
const columns = [
  { title: '#', align: right, value: (line: Line) => String(line.rank) },
  { title: 'series', value: (line: Line) => line.series },
  { title: 'order', align: right, value: (line: Line) => decimal(line.orderQuantity, digits(line)) },
  { title: 'stock', align: right, value: (line: Line) => decimal(line.stockPosition, digits(line)) },
  { title: 'reorder at', align: right, value: (line: Line) => decimal(line.reorderPoint, digits(line)) },
  { title: 'mean demand', align: right, value: (line: Line) => decimal(line.meanDemand, 1) },
  { title: 'safety', align: right, value: (line: Line) => decimal(line.safetyStock, 1) },
  { title: 'textbook', align: right, value: (line: Line) => decimal(line.textbookSafetyStock, 1) },
  { title: 'stock-out', align: right, value: (line: Line) => percent(line.stockoutProbability, 0) },
  { title: 'short', align: right, value: (line: Line) => decimal(line.expectedShortage, 1) },
  { title: 'out at', value: (line: Line) => line.stockoutAt ?? '-' },
  {
    title: 'lasts',
    align: right,
    value: (line: Line) => (line.stockPeriods === null ? '-' : decimal(line.stockPeriods, 1)),
  },
  { title: 'arrives', value: (line: Line) => line.arrivesAt?.likely ?? '-' },
];

type Point = NonNullable<Line['curve']>[number];
const curveColumns = [
  { title: 'period', value: (point: Point) => point.timestamp },
  { title: 'demand', align: right, value: (point: Point) => decimal(point.demand, 1) },
  { title: 'comes', align: right, value: (point: Point) => decimal(point.receipts, 1) },
  { title: 'stock', align: right, value: (point: Point) => decimal(point.stock, 1) },
  { title: '10 %', align: right, value: (point: Point) => decimal(point.low, 1) },
  { title: '90 %', align: right, value: (point: Point) => decimal(point.high, 1) },
  { title: 'without order', align: right, value: (point: Point) => decimal(point.withoutOrder, 1) },
];

/** Whole units are printed without a point. */
function digits({ orderQuantity, reorderPoint, stockPosition }: Line): number {
  return [orderQuantity, reorderPoint, stockPosition].every(Number.isInteger) ? 0 : 1;
}

function termsOf({ options }: CommandContext): ReplenishmentTerms {
  const { leadTime, leadTimeSd, review, policy, lot } = options;
  const given = { review, policy, lot, leadTime: leadTimeOf(leadTime as number, leadTimeSd as number) };
  const { cycleService, fillRate, shortageCost, leftoverCost, minimumOrder, packSize, unitCost } = options;
  const wanted = { cycleService, fillRate, shortageCost, leftoverCost, minimumOrder, packSize, unitCost };
  return Object.fromEntries(
    Object.entries({ ...given, ...wanted }).filter(([, value]) => value !== undefined),
  );
}

function amountFrom(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !(value >= least && value < Number.POSITIVE_INFINITY))
      throw new InvalidArgumentError(`expected a number from ${least} up.`);
    return value;
  };
}
