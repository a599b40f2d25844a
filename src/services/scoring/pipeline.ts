// The pipeline `batch`: pin → forecast → assemble → clean. Every step may be run again after a crash at any point.

import { definePipeline, type Pipeline } from '../jobs/index.ts';
import { assembleStep, cleanStep } from './assemble-step.ts';
import { forecastStep } from './forecast-step.ts';
import { pinStep } from './pin-step.ts';
import type { ScoringOptions } from './scoring-options.ts';
import { batchPipelineName } from './scoring-request.ts';

/** Forecasts of many series into one file. Input: `ScoringRequest`; step `assemble` returns a `ScoringResult`. */
export function batchPipeline(options: ScoringOptions): Pipeline {
  return definePipeline({
    name: batchPipelineName,
    steps: [
      { name: 'pin', run: (context) => pinStep(options, context) },
      { name: 'forecast', weight: 90, run: (context) => forecastStep(options, context) },
      { name: 'assemble', weight: 8, run: (context) => assembleStep(options, context) },
      { name: 'clean', run: (context) => cleanStep(options, context) },
    ],
  });
}
