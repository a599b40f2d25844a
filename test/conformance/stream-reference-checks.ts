// What our detectors of streams find in each case of a reference file, beside what the file says.

import { ddm, driftsIn, hddmA, pageHinkley } from '../../src/forecasting/drift/index.ts';
import type { Compared, ReferenceCase, ReferenceCheck } from './drift-reference-checks.ts';
import { type SampleSpec, sampleFrom } from './drift-reference-samples.ts';

/** Checks by the kind of case. */
export const streamReferenceChecks: Readonly<Record<string, ReferenceCheck>> = { stream_detector: alarms };

type Params = Readonly<Record<string, number | boolean | undefined>>;

/** By the names of the file, which are river's. */
const detectors: Readonly<Record<string, (values: readonly number[], params: Params) => number[]>> = {
  page_hinkley: (values, params) =>
    driftsIn(
      pageHinkley,
      {
        minSeen: params.min_instances as number,
        tolerance: params.delta as number,
        threshold: params.threshold as number,
        keep: params.alpha as number,
        direction: 'up',
      },
      values,
    ),
  ddm: (values, params) =>
    driftsIn(
      ddm,
      {
        warmUp: params.warm_start as number,
        warning: params.warning as number,
        drift: params.drift as number,
      },
      values,
    ),
  hddm_a: (values, params) =>
    driftsIn(
      hddmA,
      {
        driftChance: params.drift_confidence as number,
        warningChance: params.warning_confidence as number,
        direction: params.two_sided ? 'both' : 'up',
      },
      values,
    ),
};

function alarms({ detector, params, stream, expect }: ReferenceCase): Compared[] {
  const find = detectors[detector as string];
  if (find === undefined) return [];
  const found = find(sampleFrom(stream as SampleSpec), params as Params);
  return [{ name: 'alarms', ours: found.join(), theirs: (expect.alarms as number[]).join(), as: 'same' }];
}
