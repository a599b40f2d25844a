// Builds what lists, shows and explains the series of projects.

import type { Clock } from '../core/index.ts';
import { type DataService, holidayColumn } from '../services/data/index.ts';
import type { AccuracyMonitor } from '../services/monitor/index.ts';
import type { Registry } from '../services/registry/index.ts';
import { SeriesService } from '../services/series/index.ts';
import { breathe, type Serving } from '../services/serving/index.ts';
import type { ControlStore } from '../storage/ports/index.ts';
import { timers } from './platform.ts';

export function buildSeries(parts: {
  store: ControlStore;
  data: DataService;
  monitor: AccuracyMonitor;
  serving: Serving;
  registry: Registry;
  clock: Clock;
}): SeriesService {
  return new SeriesService({
    ...parts,
    holidays: holidayColumn,
    pause: { breathe: () => breathe(timers), elapsedMs: timers.elapsedMs },
  });
}
