// What a forecast is for.

/**
 * `served`: what people decide by; graded when its demand comes, and what levels are adapted by. `whatIf`: what would be if
 * other plans held; kept with its id, never graded, never given to anybody who asks for the forecast itself.
 */
export type ForecastPurpose = 'served' | 'whatIf';

export const forecastPurposes: readonly ForecastPurpose[] = ['served', 'whatIf'];

/** Plans of a request's own are another world than that of the data, unless it says that they are what will be. */
export function purposeOf(said: ForecastPurpose | undefined, given: { ownPlans: boolean }): ForecastPurpose {
  return said ?? (given.ownPlans ? 'whatIf' : 'served');
}
