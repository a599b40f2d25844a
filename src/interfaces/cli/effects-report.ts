// What plans did to demand, for people: a line per planned column, with its interval and what that rests on.

import type { PlanEffect } from '../../forecasting/features/index.ts';
import type { Printer } from './printer.ts';
import type { Column } from './table.ts';
import { count, decimal } from './words.ts';

/** Nothing where nothing planned moves; reports of earlier versions tell of none. */
export function printEffects(printer: Printer, effects: readonly PlanEffect[] | undefined): void {
  if (effects === undefined || effects.length === 0) return;
  printer.line();
  printer.table(columns, effects);
  const { dim } = printer.colours;
  if (effects.some(({ measure }) => measure === 'elasticity'))
    printer.line(dim('Elasticity: −2 = where the column is 1 % higher, demand is 2 % lower.'));
  if (effects.filter(({ measure }) => measure === 'elasticity').length > 1)
    printer.line(dim('Of each price over all series, whether it is their own or that of another.'));
  if (effects.some(({ measure }) => measure === 'factor'))
    printer.line(dim('×: what demand is multiplied by where the column is 1 higher.'));
  printer.line(dim('Over all series, by comparing neighbouring periods: what came together, which'));
  printer.line(dim('is not always a cause. Forecasts learn it for each series by itself as well.'));
}

const shown = ({ measure }: PlanEffect, value: number): string =>
  measure === 'factor' ? `× ${decimal(value, 2)}` : decimal(value, 2);

const columns: Column<PlanEffect>[] = [
  { title: 'column', value: ({ column }) => column },
  { title: 'effect', value: ({ measure }) => (measure === 'factor' ? 'factor' : 'elasticity') },
  { title: 'estimate', align: 'right', value: (effect) => shown(effect, effect.estimate) },
  { title: 'from', align: 'right', value: (effect) => shown(effect, effect.low) },
  { title: 'to (95 %)', align: 'right', value: (effect) => shown(effect, effect.high) },
  { title: 'series', align: 'right', value: ({ series }) => count(series) },
  { title: 'periods', align: 'right', value: ({ periods }) => count(periods) },
];
