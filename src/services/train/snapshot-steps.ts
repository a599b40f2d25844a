// The first two steps of every pipeline that learns from history: seal what waits, and name the dataset version.

import { isAppError } from '../../core/index.ts';
import type { Json } from '../../storage/ports/index.ts';
import type { StepContext } from '../jobs/index.ts';
import { projectOf, type TrainingOptions } from './training-options.ts';

const sealTriesMax = 5;

/** Step `seal`: the tail into a segment, so that a snapshot holds it. */
export async function sealStep(
  { data }: { readonly data: Pick<TrainingOptions['data'], 'seal'> },
  { project }: StepContext,
): Promise<Json> {
  for (let tries = 1; ; tries++) {
    try {
      await data.seal(project);
      return null;
    } catch (error) {
      // Another job was sealing the same batches and came first: what it left is looked at again.
      if (!isAppError(error, 'store/conflict') || tries >= sealTriesMax) throw error;
    }
  }
}

/** Step `snapshot`: the dataset version that the rest of the pipeline works on. Returns its id and extent. */
export async function snapshotStep(
  options: Pick<TrainingOptions, 'data' | 'projects'>,
  { project: name }: StepContext,
): Promise<Json> {
  const project = await projectOf(options, name);
  await options.data.closePeriods(project);
  const made = await options.data.createSnapshot(name);
  await options.data.checkFresh(project, made);
  const { id, rowCount, seriesCount, periodMax } = made;
  return { snapshotId: id, rowCount, seriesCount, periodMax };
}
