// What people say of the periods of an answer, put beside what its models say.

import type { StandingOverride } from '../../core/index.ts';
import type { AnsweredForecast, ForecastAnswer } from './forecast-response.ts';
import type { OverrideSource } from './sources.ts';

/** The answer with the overrides that stand in its steps. What would be under other plans is nobody's forecast, and has none. */
export function withOverrides(
  answer: ForecastAnswer,
  project: string,
  source: OverrideSource | undefined,
): ForecastAnswer {
  if (source === undefined || answer.purpose === 'whatIf') return answer;
  let forecasts: AnsweredForecast[] | undefined;
  for (const [i, forecast] of answer.forecasts.entries()) {
    const { seriesId, cutoff, mean } = forecast.prediction;
    const overrides = standingIn(source.of(project, seriesId), { cutoff, steps: mean.length });
    if (overrides === undefined) continue;
    const { json: _json, ...rest } = forecast;
    forecasts ??= [...answer.forecasts];
    forecasts[i] = { ...rest, overrides };
  }
  return forecasts === undefined ? answer : { ...answer, forecasts };
}

/** Those of the steps after a cutoff; undefined = none. Cost: O(overrides of the series). */
export function standingIn(
  standing: ReadonlyMap<number, StandingOverride> | undefined,
  { cutoff, steps }: { readonly cutoff: number; readonly steps: number },
): ReadonlyMap<number, StandingOverride> | undefined {
  if (standing === undefined) return undefined;
  const within = [...standing].filter(([period]) => period > cutoff && period <= cutoff + steps);
  return within.length === 0 ? undefined : new Map(within);
}
