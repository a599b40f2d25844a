// A pool: several models side by side, forecasting their mean. Cheap, and hard to beat (Makridakis competitions).

import { addPart, type ColumnPart, type Driver, driverNames, type Explaining } from './drivers.ts';
import type { CovariateNews, Model, OwnQuantiles, QuantileAsk } from './model.ts';

/**
 * State: for each member [length, …its state].
 * @param name    the members' names joined by `+`
 * @param members at least one
 */
export function pool(name: string, members: readonly Model[]): Model {
  const join = (states: readonly Float64Array[]): Float64Array => {
    const joined = new Float64Array(states.reduce((sum, state) => sum + 1 + state.length, 0));
    let at = 0;
    for (const state of states) {
      joined[at] = state.length;
      joined.set(state, at + 1);
      at += 1 + state.length;
    }
    return joined;
  };
  const ownAt = members.findIndex((member) => member.forecastQuantiles !== undefined);
  const forecastQuantiles = (state: Float64Array, ask: QuantileAsk): OwnQuantiles => {
    let own: OwnQuantiles | undefined;
    const mean = new Float64Array(ask.horizon);
    const single = new Float64Array(ask.horizon);
    let at = 0;
    for (const [i, member] of members.entries()) {
      const part = memberState(state, at);
      const quantiles = member.forecastQuantiles?.(part, i === ownAt ? ask : { ...ask, levels: [] });
      if (quantiles === undefined) member.forecast(part, single);
      else single.set(quantiles.mean);
      if (i === ownAt) own = quantiles;
      for (let h = 0; h < mean.length; h++) mean[h]! += single[h]! / members.length;
      at += 1 + part.length;
    }
    const { mean: centre, quantiles } = own as OwnQuantiles;
    moveQuantiles(quantiles, centre, mean);
    return { mean, quantiles };
  };
  const looking = members.findIndex((member) => member.features !== undefined);
  return {
    name,
    ...(looking < 0
      ? {}
      : {
          features: (state: Float64Array, news?: CovariateNews): Float64Array => {
            let at = 0;
            for (let i = 0; i < looking; i++) at += 1 + state[at]!;
            return members[looking]!.features!(memberState(state, at), news);
          },
        }),
    ...(ownAt < 0 ? {} : { forecastQuantiles }),
    ...(members.every(({ explain }) => explain !== undefined)
      ? { explain: (state, ask) => explainPool(members, state, ask) }
      : {}),
    ...(members.some(({ global }) => global) ? { global: true as const } : {}),
    ...(members.some(({ earlier }) => earlier)
      ? {
          earlier: pool(
            name,
            members.map((member) => member.earlier ?? member),
          ),
        }
      : {}),
    summary: `Mean of ${members.map((member) => member.name).join(', ')}.`,
    fit: (history, options) => join(members.map((member) => member.fit(history, options))),
    run: (history, like, start) => {
      let at = 0;
      return join(
        members.map((member) => {
          const part = memberState(like, at);
          at += 1 + part.length;
          return member.run(history, part, start);
        }),
      );
    },
    update: (state, value) => {
      let at = 0;
      for (const member of members) {
        const part = memberState(state, at);
        member.update(part, value);
        at += 1 + part.length;
      }
    },
    forecast: (state, out) => {
      const single = new Float64Array(out.length);
      let at = 0;
      out.fill(0);
      for (const member of members) {
        const part = memberState(state, at);
        member.forecast(part, single);
        for (let h = 0; h < out.length; h++) out[h]! += single[h]! / members.length;
        at += 1 + part.length;
      }
    },
  };
}

/** The mean of what drives the members' forecasts. */
function* explainPool(
  members: readonly Model[],
  state: Float64Array,
  ask: CovariateNews & { readonly horizon: number },
): Explaining {
  const drivers: Partial<Record<Driver, Float64Array>> = {};
  const columns: ColumnPart[] = [];
  let at = 0;
  for (const member of members) {
    const part = memberState(state, at);
    const own = yield* (member.explain as NonNullable<Model['explain']>)(part, ask);
    for (const driver of driverNames) {
      const units = own.drivers[driver];
      if (units !== undefined) addPart(drivers, driver, units, 1 / members.length);
    }
    for (const { name, driver, units } of own.columns)
      columns.push({ name, driver, units: units.map((one) => one / members.length) });
    at += 1 + part.length;
  }
  return { drivers, columns };
}

/**
 * Moves quantiles that were made around one mean to another, in place: stretched where both means are positive, so that
 * nothing sold stays nothing sold; shifted otherwise.
 * @param quantiles shape [levels × horizon], row per level
 */
export function moveQuantiles(quantiles: Float64Array, from: Float64Array, to: Float64Array): void {
  const horizon = from.length;
  for (let i = 0; i < quantiles.length; i++) {
    const k = i % horizon;
    const [a, b] = [from[k]!, to[k]!];
    const ratio = b / a;
    if (a > 0 && b > 0 && ratio < stretchMax && ratio * stretchMax > 1) quantiles[i]! *= ratio;
    else quantiles[i]! += b - a;
  }
}

/** Means further apart than this factor say little about the spread. */
const stretchMax = 3;

function memberState(state: Float64Array, at: number): Float64Array {
  return state.subarray(at + 1, at + 1 + state[at]!);
}
