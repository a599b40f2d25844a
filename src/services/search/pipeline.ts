// The search pipeline: seal → snapshot → search.

import { definePipeline, type Pipeline } from '../jobs/index.ts';
import { sealStep, snapshotStep } from '../train/index.ts';
import { type SearchOptions, searchStep } from './search-step.ts';

/**
 * Pipeline `search`: parameters of the global model that do better than the defaults, without a version. Its last step
 * returns the run that holds the report. Input: see `parseSearchRequest`.
 */
export function searchPipeline(options: SearchOptions): Pipeline {
  return definePipeline({
    name: 'search',
    steps: [
      { name: 'seal', run: (context) => sealStep(options, context) },
      { name: 'snapshot', weight: 2, run: (context) => snapshotStep(options, context) },
      { name: 'search', weight: 100, run: (context) => searchStep(options, context) },
    ],
  });
}
