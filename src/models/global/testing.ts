// A small panel and a small model over it, for the tests of this folder and of what stores and serves such models.

import { type Panel, Rng } from '../../core/index.ts';
import { globalCatalog } from '../catalog.ts';
import { type GlobalModel, globalModel } from './global-model.ts';
import { type GlobalTraining, trainGlobal } from './global-training.ts';

/** Weekly rhythm, a promotion that doubles demand and is planned ahead, and two kinds of series. */
export function smallPanel(of: { series: number; length: number; ahead: number }): Panel {
  const rng = new Rng(7);
  const rows = of.length + of.ahead;
  const promotion = new Float32Array(of.series * rows);
  const kind = new Float32Array(of.series);
  const series = Array.from({ length: of.series }, (_, s) => {
    kind[s] = s % 2;
    const level = (s % 2 === 0 ? 20 : 60) * (0.8 + 0.4 * rng.uniform());
    const values = new Float64Array(of.length);
    for (let t = 0; t < rows; t++) {
      promotion[s * rows + t] = rng.uniform() < 0.2 ? 1 : 0;
      const noise = 0.9 + 0.2 * rng.uniform();
      const lift = promotion[s * rows + t] === 1 ? 2 : 1;
      if (t < of.length) values[t] = Math.round(level * (t % 7 < 5 ? 1 : 0.5) * lift * noise);
    }
    return { id: `s${s}`, start: 100, values };
  });
  return {
    grid: { frequency: 'day', weekStart: 1 },
    series,
    covariates: {
      begins: Int32Array.from({ length: of.series + 1 }, (_, s) => s * rows),
      starts: new Int32Array(of.series).fill(100),
      varying: [{ name: 'promotion', role: 'known', labels: null, values: promotion }],
      fixed: [{ name: 'kind', labels: ['small', 'large'], values: kind }],
    },
  };
}

export const smallTraining: GlobalTraining = {
  horizon: 7,
  seasons: [7],
  nonNegative: true,
  form: 'ratio',
  rowsMax: 2000,
  booster: { trees: 40, leaves: 7, learningRate: 0.15, rowsPerLeafMin: 10 },
  members: 1,
  levels: [0.1, 0.5, 0.9],
  seed: 3,
};

/** `gbdt`, trained on a panel in some hundred milliseconds. */
export function smallModel(panel: Panel, training: Partial<GlobalTraining> = {}): GlobalModel {
  const parts = trainGlobal(panel, { ...smallTraining, ...training });
  return globalModel(globalCatalog[0] as (typeof globalCatalog)[number], parts, {
    ...parts,
    quantiles: null,
  });
}
