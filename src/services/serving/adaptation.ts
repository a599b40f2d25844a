// Which levels a model is asked for so that its intervals hold what they say: found elsewhere from labels, applied here.

import { type DemandKind, modelLevelsFor } from '../../forecasting/evaluate/index.ts';
import type { AdaptedLevels } from '../../storage/ports/index.ts';

/** By kind of demand: model levels in place of nominal ones, both ascending. A kind left out is asked for the levels as they are. */
export type LevelAdaptation = {
  readonly [kind in DemandKind]?: {
    readonly levels: readonly number[];
    readonly modelLevels: readonly number[];
  };
};

/** Gives the model's levels for a kind of demand, as they are recorded; the same object each time. */
export type AdaptLevels = (demand: DemandKind) => AdaptedLevels;

/** Makes that function for the levels of one request. */
export function adaptFor(levels: readonly number[], adaptation: LevelAdaptation): AdaptLevels {
  const known = new Map<DemandKind, AdaptedLevels>();
  return (demand) => {
    const before = known.get(demand);
    if (before !== undefined) return before;
    const table = adaptation[demand];
    const adapted = { demand, levels: table === undefined ? levels : modelLevelsFor(levels, table) };
    known.set(demand, adapted);
    return adapted;
  };
}
