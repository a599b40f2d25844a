// Every model by name, and pools of them: `dotm+ets` is the mean of its members.

import { AppError } from '../core/index.ts';
import type { Model } from './model.ts';
import { pool } from './pool.ts';
import { drift, meanDemand, naive, zero } from './seasonal/last-value.ts';
import {
  movingAverage,
  seasonalAverage,
  seasonalNaive,
  seasonalNaiveGrowth,
} from './seasonal/window-average.ts';
import { ets } from './smoothing/ets.ts';
import { dotm } from './theta/dotm.ts';

/** All single models, simplest first. */
export const catalog: readonly Model[] = [
  naive,
  seasonalNaive,
  drift,
  meanDemand,
  movingAverage,
  seasonalAverage,
  seasonalNaiveGrowth,
  ets,
  dotm,
  zero,
];

const byName = new Map(catalog.map((model) => [model.name, model]));
const membersMax = 8;

/**
 * The model of a catalog name, or the pool of several joined by `+`.
 * @throws AppError `models/unknown-model`
 */
export function modelOf(name: string): Model {
  const known = byName.get(name);
  if (known) return known;
  const parts = name.split('+');
  if (parts.length < 2 || parts.length > membersMax) throw unknown(name);
  return pool(
    name,
    parts.map((part) => {
      const member = byName.get(part);
      if (!member) throw unknown(part);
      return member;
    }),
  );
}

function unknown(name: string): AppError {
  const names = catalog.map((model) => model.name);
  return new AppError(
    'models/unknown-model',
    `no model "${name}": use one of ${names.join(', ')}, or up to ${membersMax} of them joined by "+" for their mean`,
    { details: { name, names } },
  );
}
