// Every model by name, and pools of them: `dotm+ets` is the mean of its members.

import { AppError } from '../core/index.ts';
import { adida, imapa } from './intermittent/aggregation.ts';
import { croston, sba } from './intermittent/croston.ts';
import { tsb } from './intermittent/tsb.ts';
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
import { multiSeason } from './smoothing/multi-season.ts';
import { damped, holt, ses } from './smoothing/single-forms.ts';
import { dotm, theta } from './theta/dotm.ts';

/** All single models, simplest first. */
export const catalog: readonly Model[] = [
  naive,
  seasonalNaive,
  drift,
  meanDemand,
  movingAverage,
  seasonalAverage,
  seasonalNaiveGrowth,
  ses,
  holt,
  damped,
  ets,
  theta,
  dotm,
  multiSeason,
  croston,
  sba,
  tsb,
  adida,
  imapa,
  zero,
];

const byName = new Map(catalog.map((model) => [model.name, model]));
const membersMax = 8;

/**
 * The model of a catalog name (`dotm`); of a name with a season of its own (`dotm@168`), which is then the only one its fit
 * uses; or the mean of several, joined by `+` (`dotm+ets`).
 * @throws AppError `models/unknown-model`
 */
export function modelOf(name: string): Model {
  const parts = name.split('+');
  if (parts.length > membersMax) throw unknown(name);
  return parts.length === 1 ? single(name) : pool(name, parts.map(single));
}

function single(name: string): Model {
  const known = byName.get(name);
  if (known) return known;
  const [base, season, ...rest] = name.split('@');
  const model = byName.get(base as string);
  const periods = Number(season);
  if (!model || rest.length > 0 || !(periods >= 1) || !Number.isInteger(periods)) throw unknown(name);
  const seasons = [periods];
  return { ...model, name, fit: (history, options) => model.fit(history, { ...options, seasons }) };
}

function unknown(name: string): AppError {
  const names = catalog.map((model) => model.name);
  return new AppError(
    'models/unknown-model',
    `no model "${name}": use one of ${names.join(', ')}, or up to ${membersMax} of them joined by "+" for their mean`,
    { details: { name, names } },
  );
}
