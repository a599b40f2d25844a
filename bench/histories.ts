// The training values of a file as `evaluate` takes them, for peers and scores that need them too.

import { buildPanel, type DuckDb, readTable } from '../src/services/data/index.ts';
import { type EvaluateFileOptions, holdBack } from '../src/services/evaluation/index.ts';

/** By series id, NaN = unknown; only series that are scored. */
export async function historiesOf(
  db: DuckDb,
  options: Omit<EvaluateFileOptions, 'threads'>,
): Promise<Map<string, Float64Array>> {
  const { path, series, time, target, frequency, horizon } = options;
  const table = await readTable(db, {
    ...{ path, series, time, target, frequency },
    ...(options.split === undefined ? {} : { split: options.split }),
    ...(options.join === undefined ? {} : { join: options.join }),
    ...(options.where === undefined ? {} : { where: options.where }),
  });
  const { panel, testSteps } = buildPanel(table, { gaps: options.gaps ?? 'missing' });
  const held = holdBack(panel, {
    horizon,
    testSteps: options.split === undefined ? null : testSteps,
    fold: 0,
  });
  return new Map(held.panel.series.map(({ id, values }) => [id, values]));
}
