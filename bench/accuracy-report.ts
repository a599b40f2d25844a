// What `bench/accuracy.ts` makes of its runs: one row per dataset, as JSON and as the page docs/reference/accuracy.md.

import type { FileEvaluation } from '../src/train/index.ts';
import type { Goal } from './accuracy-cases.ts';
import type { Machine } from './machine.ts';

export interface Figures {
  readonly series: number;
  readonly smape: number | null;
  readonly mase: number | null;
  readonly rmsse: number | null;
  readonly wape: number | null;
  readonly bias: number | null;
  /** Mean pinball loss over the levels, in units. */
  readonly pinball: number | null;
  readonly spl: number | null;
  readonly coverage80: number | null;
  readonly coverage95: number | null;
  readonly pitCoverage80: number | null;
  readonly pitCoverage95: number | null;
  /** Wall clock, reading the file included. */
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The five candidates that serve most series. */
  readonly chosen: Readonly<Record<string, number>>;
}

export interface Row {
  readonly case: string;
  readonly ours: Figures;
  /** Other models of the same run, where the goal is to beat them. */
  readonly beside: Readonly<Record<string, Pick<Figures, 'rmsse' | 'pinball' | 'spl'>>>;
  readonly peer: { readonly name: string };
  readonly goals: readonly { readonly text: string; readonly met: boolean }[];
  readonly wrmsse?: { readonly levels: readonly number[]; readonly mean: number };
}

export interface AccuracyReport {
  readonly name: 'accuracy';
  readonly machine: Machine;
  readonly versions: { readonly node: string };
  readonly date: string;
  readonly rows: readonly Row[];
}

type Metrics = FileEvaluation['selected']['metrics'];

export function figuresOf(evaluation: FileEvaluation, seconds: number): Figures {
  const { metrics, cpuSeconds, chosen } = evaluation.selected;
  return {
    series: evaluation.series,
    smape: metrics.smape,
    mase: metrics.mase,
    rmsse: metrics.rmsse,
    wape: metrics.wape,
    bias: metrics.bias,
    pinball: meanPinball(metrics),
    spl: metrics.spl,
    coverage80: metrics.coverage['0.8'] ?? null,
    coverage95: metrics.coverage['0.95'] ?? null,
    pitCoverage80: metrics.pitCoverage['0.8'] ?? null,
    pitCoverage95: metrics.pitCoverage['0.95'] ?? null,
    seconds,
    cpuSeconds,
    chosen: Object.fromEntries(Object.entries(chosen.model).slice(0, 5)),
  };
}

export function meanPinball(metrics: Metrics): number | null {
  const losses = Object.values(metrics.pinball).filter((loss) => loss !== null);
  return losses.length === 0 ? null : losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

/** Figures over all series of several cases. */
export function together(parts: readonly Figures[]): Figures {
  const series = parts.reduce((sum, part) => sum + part.series, 0);
  const mean = (read: (part: Figures) => number | null): number | null =>
    parts.some((part) => read(part) === null)
      ? null
      : parts.reduce((sum, part) => sum + part.series * (read(part) as number), 0) / series;
  return {
    series,
    smape: mean((part) => part.smape),
    mase: mean((part) => part.mase),
    rmsse: mean((part) => part.rmsse),
    // Pooled over values, not over series: not to be had from the parts.
    wape: null,
    bias: null,
    pinball: mean((part) => part.pinball),
    spl: mean((part) => part.spl),
    coverage80: mean((part) => part.coverage80),
    coverage95: mean((part) => part.coverage95),
    pitCoverage80: mean((part) => part.pitCoverage80),
    pitCoverage95: mean((part) => part.pitCoverage95),
    seconds: parts.reduce((sum, part) => sum + part.seconds, 0),
    cpuSeconds: parts.reduce((sum, part) => sum + part.cpuSeconds, 0),
    chosen: {},
  };
}

export function goalOf({ metric, most }: Goal, figures: Figures): Row['goals'][number] {
  const value = figures[metric] ?? Number.POSITIVE_INFINITY;
  return { text: `${metric === 'seconds' ? 'time' : metric.toUpperCase()} ≤ ${most}`, met: value <= most };
}

/** 80 and 95 % intervals within three points of what they say. */
export function coverageGoal(figures: Figures): Row['goals'][number] {
  const off = [(figures.coverage80 ?? 0) - 0.8, (figures.coverage95 ?? 0) - 0.95];
  return { text: 'intervals ± 3 points', met: off.every((difference) => Math.abs(difference) <= 0.03) };
}

/** Lower RMSSE, pinball and scaled pinball than another model of the run. */
export function beatsGoal(ours: Figures, name: string, theirs: Row['beside'][string]): Row['goals'][number] {
  const met = (['rmsse', 'pinball', 'spl'] as const).every(
    (metric) => (ours[metric] ?? Number.POSITIVE_INFINITY) < (theirs[metric] ?? 0),
  );
  return { text: `better than ${name}`, met };
}

/** The page, without the text around the table. */
export function accuracyPage({ machine, versions, date, rows }: AccuracyReport): string {
  const lines = [
    '# Accuracy on public data',
    '',
    '`npm run -s bench -- accuracy --save` with the datasets in `ALMANAC_DATA` wrote this page and `bench/results/accuracy.json`.',
    `${date.slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, load ${machine.loadBefore} before the run, Node ${versions.node}.`,
    '',
    'Everything is the default choice (`models auto`): fitted, chosen and calibrated on the values before the test window,',
    'one test window per series, the one of the competition or the last horizon. Metrics: [metrics](metrics.md). Seconds are',
    'wall clock with reading, backtest of all candidates, intervals and scoring; the machine was shared, so they are an upper bound.',
    '',
    '| data | series | sMAPE | MASE | RMSSE | scaled pinball | in 80 % | in 95 % | seconds | goals: met / **missed** | others on the same split |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map(tableRow),
    '',
    ...rows.flatMap(besideLines),
    ...rows.flatMap(({ wrmsse }) =>
      wrmsse === undefined
        ? []
        : [
            `M5 WRMSSE, bottom-up, levels 1 to 9: ${wrmsse.levels.map((level) => level.toFixed(3)).join(' ')}, mean **${wrmsse.mean.toFixed(3)}** (seasonal naive 0.803, mean of the last eight same weekdays 0.693).`,
            '',
          ],
    ),
    'The 80 % interval of mostly zero demand cannot cover 80 %: a day without a sale is inside whatever the interval. Counted by',
    'the share of its probability (`pitCoverage`), Online Retail is in brackets. Coverage of one window is one draw: series of',
    'one source share their calm and wild years, which the number of series does not average out.',
    '',
  ];
  return lines.join('\n');
}

function tableRow({ case: name, ours, peer, goals }: Row): string {
  const within = (plain: number | null, byMass: number | null): string =>
    plain !== null && byMass !== null && Math.abs(plain - byMass) > 0.02
      ? `${percent(plain)} (${percent(byMass)})`
      : percent(plain);
  const cells = [
    name,
    String(ours.series),
    number(ours.smape, 2),
    number(ours.mase, 3),
    number(ours.rmsse, 3),
    number(ours.spl, 3),
    within(ours.coverage80, ours.pitCoverage80),
    within(ours.coverage95, ours.pitCoverage95),
    number(ours.seconds, 1),
    goals.map(({ text, met }) => (met ? text : `**${text}**`)).join(', ') || '-',
    peer.name,
  ];
  return `| ${cells.join(' | ')} |`;
}

function besideLines({ case: name, ours, beside }: Row): string[] {
  const others = Object.entries(beside);
  if (others.length === 0) return [];
  const line = (label: string, figures: Row['beside'][string]): string =>
    `| ${label} | ${number(figures.rmsse, 4)} | ${number(figures.pinball, 3)} | ${number(figures.spl, 4)} |`;
  return [
    `${name}, every model with intervals calibrated on its own backtest:`,
    '',
    '| model | RMSSE | mean pinball, units | scaled pinball |',
    '|---|---|---|---|',
    line('**selected**', ours),
    ...others.map(([label, figures]) => line(label, figures)),
    '',
  ];
}

function number(value: number | null, digits: number): string {
  return value === null ? '-' : value.toFixed(digits);
}

function percent(value: number | null): string {
  return value === null ? '-' : `${(100 * value).toFixed(1)} %`;
}
