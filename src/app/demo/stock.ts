// What lies in the warehouse on a day, made up: so that a visitor of the demo can ask what to order.

import { Rng } from '../../core/index.ts';
import { mix, type Warehouse } from './generator.ts';

/** Days whose sales say how much there usually is. */
const lookedBackDays = 28;
const packs = [1, 6, 10, 12, 24] as const;

/** Stock at the end of `day` of all that was sold on it, as the page Replenishment reads it: comma-separated, with a header. */
export function stockText(warehouse: Warehouse, day: number, seed: number): string {
  const sold = new Map<string, number>();
  for (let at = day - lookedBackDays + 1; at <= day; at++)
    for (const { site, item, units } of warehouse.rowsOn(at))
      sold.set(`${site} ${item}`, (sold.get(`${site} ${item}`) ?? 0) + units);
  const onSale = new Set(warehouse.rowsOn(day).map(({ site, item }) => `${site} ${item}`));
  const lines = warehouse.series.flatMap(({ id, site, item, unitPrice }, i) => {
    if (!onSale.has(`${site} ${item}`)) return [];
    const rng = new Rng(mix(seed, 40_000 + i, day));
    const perDay = (sold.get(`${site} ${item}`) ?? 0) / lookedBackDays;
    const onHand = Math.round(perDay * (1 + 9 * rng.uniform()));
    const terms = new Rng(mix(seed, 41_000, i));
    const leadTime = 2 + terms.below(4);
    return [[id, onHand, leadTime, packs[terms.below(packs.length)], (unitPrice * 0.6).toFixed(2)].join(',')];
  });
  return `${['series,onHand,leadTime,packSize,unitCost', ...lines].join('\n')}\n`;
}
