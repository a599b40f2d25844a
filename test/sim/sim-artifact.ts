// What the simulator trains: exponential smoothing of each series, quantiles around it, and faults on demand. Small, but
// states, cutoffs and gaps mean what they mean in a real artifact.

import type { Project } from '../../src/core/index.ts';
import { modelOf } from '../../src/forecasting/models/index.ts';
import type { Servable } from '../../src/services/serving/index.ts';

export const artifactFaults = ['not-finite', 'huge', 'crossed', 'damaged'] as const;
export type ArtifactFault = (typeof artifactFaults)[number];

interface ArtifactSeries {
  readonly id: string;
  readonly lastPeriod: number;
  readonly state: readonly number[];
  /** null = unknown. */
  readonly recent: readonly (number | null)[];
}

interface SimArtifact {
  readonly snapshotId: string;
  readonly fault: ArtifactFault | null;
  readonly frequency: Project['grid']['frequency'];
  readonly series: readonly ArtifactSeries[];
}

const model = modelOf('ses');
const recentPeriods = 14;

/** @param histories last period and values of each series, NaN = unknown */
export function fitArtifact(
  project: Project,
  histories: ReadonlyMap<string, { lastPeriod: number; values: Float64Array }>,
  about: { snapshotId: string; fault: ArtifactFault | null },
): Uint8Array {
  const series = [...histories].map(([id, { lastPeriod, values }]) => ({
    id,
    lastPeriod,
    state: [...model.fit(values, { seasons: project.seasons, horizon: project.horizonSteps })],
    recent: Array.from(values.slice(-recentPeriods), (value) => (Number.isNaN(value) ? null : value)),
  }));
  const artifact: SimArtifact = { ...about, frequency: project.grid.frequency, series };
  return new TextEncoder().encode(JSON.stringify(artifact));
}

export async function decodeArtifact(bytes: Uint8Array): Promise<Servable> {
  const { series, fault, frequency } = JSON.parse(new TextDecoder().decode(bytes)) as SimArtifact;
  const states = series.map(({ state }) => Float64Array.from(state));
  const recents = series.map(({ recent }) => Float64Array.from(recent, (value) => value ?? Number.NaN));
  const largest = recents.map((values) => Math.max(1, ...[...values].filter(Number.isFinite)));
  return {
    grid: { frequency, weekStart: 1 },
    seriesIds: series.map(({ id }) => id),
    levels: [0.01, 0.99],
    lastPeriod: (s) => series[s]?.lastPeriod as number,
    state: (s) => states[s] as Float64Array,
    update: (_s, state, value) => model.update(state, value),
    demandKind: (s) => (recents[s]?.includes(0) ? 'sparse' : 'regular'),
    largest: (s) => largest[s] as number,
    recent: (s) => recents[s] as Float64Array,
    forecast: (s, state, { horizon, levels }) => {
      const mean = new Float64Array(horizon);
      model.forecast(state, mean);
      if (fault === 'not-finite') mean[0] = Number.NaN;
      if (fault === 'huge') mean.fill(1e9);
      const quantiles = new Float64Array(levels.length * horizon);
      const spread = (fault === 'crossed' ? -0.2 : 0.2) * (largest[s] as number);
      for (const [l, level] of levels.entries())
        for (let k = 0; k < horizon; k++)
          quantiles[l * horizon + k] = Math.max(0, (mean[k] as number) + spread * (level - 0.5));
      return { mean, quantiles };
    },
  };
}
