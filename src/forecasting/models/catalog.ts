// Every model by name, and pools of them: `dotm+ets` is the mean of its members.

import { AppError, assert } from '../../core/index.ts';
import { drift, meanDemand, naive, zero } from './baselines/naive.ts';
import {
  movingAverage,
  seasonalAverage,
  seasonalNaive,
  seasonalNaiveGrowth,
} from './baselines/seasonal-naive.ts';
import { adida, imapa } from './intermittent/aggregation.ts';
import { croston, sba } from './intermittent/croston.ts';
import { tsb } from './intermittent/tsb.ts';
import type { Model } from './model.ts';
import { pool } from './pool.ts';
import { ets } from './smoothing/ets.ts';
import { multiSeason } from './smoothing/multi-season.ts';
import { damped, holt, ses } from './smoothing/single-forms.ts';
import { dotm, theta } from './theta/dotm.ts';

/** All models that are fitted to one series, simplest first. */
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

/** Models that are trained on all series of a panel together; each training makes its own. */
export const globalCatalog: readonly Pick<Model, 'name' | 'summary'>[] = [
  {
    name: 'gbdt',
    summary:
      'Boosted regression trees over all series: lags and means in units of each series’ own level, calendar, covariates, with quantiles of its own.',
  },
];

/** What a training made of the global models, by catalog name. */
export type TrainedModels = ReadonlyMap<string, Model>;

const untrained: TrainedModels = new Map(globalCatalog.map((entry) => [entry.name, untrainedModel(entry)]));
const byName = new Map(catalog.map((model) => [model.name, model]));
const membersMax = 8;

/** Whether a catalog name (of a single model) is of one that is trained on a panel. */
export function isGlobal(name: string): boolean {
  return untrained.has(name);
}

/**
 * The model of a catalog name (`dotm`); of a name with a season of its own (`dotm@168`), which is then the only one its fit
 * uses; or the mean of several, joined by `+` (`dotm+ets`). A global model is here by name only: it can do nothing before
 * it was trained, see `modelAmong`.
 * @throws AppError `models/unknown-model`
 */
export function modelOf(name: string): Model {
  return modelAmong(name, untrained);
}

/**
 * `modelOf` with the global models that a training made.
 * @throws AppError `models/unknown-model`
 */
export function modelAmong(name: string, trained: TrainedModels): Model {
  const parts = name.split('+');
  if (parts.length > membersMax) throw unknown(name);
  const members = parts.map((part) => trained.get(part) ?? single(part));
  return parts.length === 1 ? (members[0] as Model) : pool(name, members);
}

function single(name: string): Model {
  const known = byName.get(name) ?? untrained.get(name);
  if (known) return known;
  const [base, season, ...rest] = name.split('@');
  const model = byName.get(base as string);
  const periods = Number(season);
  if (!model || rest.length > 0 || !(periods >= 1) || !Number.isInteger(periods)) throw unknown(name);
  const seasons = [periods];
  return { ...model, name, fit: (history, options) => model.fit(history, { ...options, seasons }) };
}

function untrainedModel(entry: Pick<Model, 'name' | 'summary'>): Model {
  const refuse = (): never => {
    assert(false, `${entry.name} was trained on a panel before it is used`);
    throw new TypeError('unreachable');
  };
  return { ...entry, global: true, fit: refuse, run: refuse, update: refuse, forecast: refuse };
}

function unknown(name: string): AppError {
  const names = [...catalog, ...globalCatalog].map((model) => model.name);
  return new AppError(
    'models/unknown-model',
    `no model "${name}": use one of ${names.join(', ')}, or up to ${membersMax} of them joined by "+" for their mean`,
    { details: { name, names } },
  );
}
