// Totals as they are shown.

import type { SeriesTotal, SeriesTotals } from '../../core/index.ts';
import { periodLabel } from '../../core/index.ts';
import { asOf, basesOf } from './shown-series.ts';
import { groupingColumns, type TotalNode, type Totals } from './totals.ts';

export function shownTotals({ table, by, items, others, total }: Totals): SeriesTotals {
  const { grid } = table.project;
  const labels =
    table.ahead === null && table.meansAhead.size === 0
      ? []
      : Array.from(total.means, (_, k) => periodLabel(grid, (table.window?.to ?? 0) + 1 + k));
  return {
    asOf: asOf(table),
    ...basesOf(table),
    by: [...by],
    columns: groupingColumns(table.project.columns),
    total: shownTotal(total, labels),
    items: items.map((node) => ({
      key: Object.fromEntries(by.map((name, i) => [name, node.key[i] ?? ''])),
      ...shownTotal(node, labels),
    })),
    others: others && { groups: others.groups, ...shownTotal(others.node, labels) },
  };
}

function shownTotal(node: TotalNode, labels: readonly string[]): SeriesTotal {
  const { labels: n, absolute, signed, demand } = node;
  return {
    series: node.series,
    forecasts: node.forecasts,
    over: node.over,
    units: node.units,
    amount: node.amount,
    unpriced: node.unpriced,
    lastYear: { units: node.unitsLastYear, series: node.knownLastYear },
    error: {
      n,
      absolute,
      wape: demand > 0 ? absolute / demand : null,
      bias: demand > 0 ? signed / demand : null,
    },
    steps: labels.map((timestamp, k) => ({ timestamp, mean: node.means[k] as number })),
  };
}
