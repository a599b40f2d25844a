// Builds what compares forecasts with the demand that came: accuracy, coverage, and the levels adapted to it.

import type { Clock, Project } from '../core/index.ts';
import type { DataService } from '../services/data/index.ts';
import { AccuracyMonitor, adaptationOf, CoverageMonitor } from '../services/monitor/index.ts';
import type { Registry } from '../services/registry/index.ts';
import { breathe, type LevelAdaptation } from '../services/serving/index.ts';
import { timers } from './platform.ts';

export interface Monitoring {
  readonly monitor: AccuracyMonitor;
  readonly coverage: CoverageMonitor;
  /** Levels adapted to the labels known now: of the version that serves, unless another is named. */
  readonly adaptation: (project: Project, versionId?: string) => Promise<LevelAdaptation>;
}

export function buildMonitoring(given: {
  store: ConstructorParameters<typeof AccuracyMonitor>[0]['store'] &
    ConstructorParameters<typeof CoverageMonitor>[0]['store'];
  registry: Pick<Registry, 'champion'>;
  data: Pick<DataService, 'sealedPast'>;
  clock: Clock;
}): Monitoring {
  const { store, registry, data, clock } = given;
  const pause = (): Promise<void> => breathe(timers);
  const monitor = new AccuracyMonitor({
    store,
    past: (project, range, series) => data.sealedPast(project, range, series),
    clock,
    breathe: pause,
  });
  const coverage = new CoverageMonitor({
    store,
    servingVersion: async (project) => (await registry.champion(project))?.id,
    breathe: pause,
  });
  return {
    monitor,
    coverage,
    adaptation: async (project, versionId) => adaptationOf(await coverage.measure(project, versionId)),
  };
}
