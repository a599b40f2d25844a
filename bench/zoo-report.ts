// The rows of `bench/zoo.ts`: figures over the items of several panels of a kind, each with the band that chance explains.

import type { ItemScore } from './zoo-score.ts';

export interface Figure {
  readonly value: number;
  /** How far it may lie from zero: what is allowed, and two standard errors over the panels. */
  readonly band: number;
}

export interface ZooRow {
  readonly kind: string;
  readonly panel: number;
  /** Items scored. */
  readonly items: number;
  /** Coverage less that of the true quantiles, which is more than the level where demand comes in lumps. */
  readonly coverage80: Figure;
  readonly coverage95: Figure;
  /** Of the true mean. */
  readonly bias: Figure;
  /** Mean implied by the quantiles, less the mean, as a share of it. */
  readonly implied: Figure;
  /** Service of a cycle less that of the least stock that is enough. */
  readonly service: Figure;
  /** The same of an oracle that is told the kind but none of the parameters; NaN where it was not asked. */
  readonly oracle: number;
  /** Items that are over and get an order. */
  readonly ordersOfEnded: number;
  readonly outside: readonly string[];
  readonly text: string;
}

const allowed = { coverage80: 0.06, coverage95: 0.04, bias: 0.05, implied: 0.02, service: 0.03 };

/** How many panels of a size are made: small ones by the dozen. */
export function panelsOf(size: number): number {
  return size >= 100 ? 1 : size >= 30 ? 2 : size >= 3 ? 10 : 24;
}

/** One row from the items of each panel. */
export function zooRow(
  of: { kind: string; size: number },
  panels: readonly (readonly ItemScore[])[],
): ZooRow {
  const items = panels.flat();
  const live = items.filter(({ isOver }) => !isOver);
  const groups = (panels.length > 1 ? panels : items.map((item) => [item])).map((group) =>
    group.filter(({ isOver }) => !isOver),
  );
  const figure = (name: keyof typeof allowed, value: (group: readonly ItemScore[]) => number): Figure => {
    const each = groups.filter((group) => group.length > 0).map(value);
    const mean = each.reduce((sum, one) => sum + one, 0) / Math.max(1, each.length);
    const variance = each.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, each.length - 1);
    const chance = name === 'implied' ? 0 : 2 * Math.sqrt(variance / Math.max(1, each.length));
    return { value: live.length === 0 ? 0 : value(live), band: allowed[name] + chance };
  };
  const total = (group: readonly ItemScore[], of: (item: ItemScore) => number): number =>
    group.reduce((sum, item) => sum + of(item), 0);
  const average = (group: readonly ItemScore[], of: (item: ItemScore) => number): number =>
    total(group, of) / group.length;
  const share = (part: number, whole: number): number => (part === whole ? 0 : part / whole - 1);
  const figures = {
    coverage80: figure('coverage80', (group) => average(group, (one) => one.coverage80 - one.ideal80)),
    coverage95: figure('coverage95', (group) => average(group, (one) => one.coverage95 - one.ideal95)),
    bias: figure('bias', (group) =>
      share(
        total(group, (one) => one.mean),
        total(group, (one) => one.trueMean),
      ),
    ),
    implied: figure('implied', (group) =>
      share(
        total(group, (one) => one.impliedMean),
        total(group, (one) => one.mean),
      ),
    ),
    service: figure('service', (group) => average(group, (one) => one.service - one.idealService)),
  };
  const ordersOfEnded = items.filter(({ isOver, order }) => isOver && order > 0).length;
  const outside = Object.entries(figures).flatMap(([name, { value, band }]) =>
    Math.abs(value) <= band ? [] : [name],
  );
  if (ordersOfEnded > 0) outside.push('orders of ended');
  const oracle =
    live.length === 0 ? Number.NaN : average(live, (one) => one.oracleService - one.idealService);
  const row = {
    kind: of.kind,
    panel: of.size,
    items: items.length,
    ...figures,
    oracle,
    ordersOfEnded,
    outside,
  };
  return { ...row, text: textOf(row) };
}

function textOf(row: Omit<ZooRow, 'text'>): string {
  const cell = (name: keyof typeof allowed): string => {
    const { value, band } = row[name];
    const mark = row.outside.includes(name) ? '!' : ' ';
    return `${(100 * value).toFixed(1).padStart(7)} ±${(100 * band).toFixed(0).padStart(2)}${mark}`;
  };
  const names = ['coverage80', 'coverage95', 'bias', 'implied', 'service'] as const;
  const cells = names.map((name) => `${name} ${cell(name)}`).join(' ');
  const ended = row.ordersOfEnded > 0 ? ` ${row.ordersOfEnded} orders of ended!` : '';
  const oracle = Number.isNaN(row.oracle) ? '' : ` (oracle ${(100 * row.oracle).toFixed(1)})`;
  return `${row.kind.padEnd(24)} ${String(row.panel).padStart(4)} ${String(row.items).padStart(5)} ${cells}${oracle}${ended}`;
}
