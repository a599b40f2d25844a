// Where the running parts of models lie in their states: what a forecast outside this program is computed from.

import { ringLayout } from './baselines/ring.ts';
import { Season } from './deseasonalise.ts';
import { crostonLayout } from './intermittent/croston.ts';
import { tsbLayout } from './intermittent/tsb.ts';
import { smoothingLayout } from './smoothing/components.ts';
import { thetaLayout } from './theta/dotm.ts';

/** Positions by kind of model, and what the kinds of season are called there. */
export const stateLayouts: {
  readonly smoothing: typeof smoothingLayout;
  readonly theta: typeof thetaLayout;
  readonly ring: typeof ringLayout;
  readonly croston: typeof crostonLayout;
  readonly tsb: typeof tsbLayout;
  readonly season: typeof Season;
} = {
  smoothing: smoothingLayout,
  theta: thetaLayout,
  ring: ringLayout,
  croston: crostonLayout,
  tsb: tsbLayout,
  season: Season,
};
