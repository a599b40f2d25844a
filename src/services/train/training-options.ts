// What the steps of training share: what they are given, and how they read what earlier steps returned.

import { AppError, type Panel, type Project } from '../../core/index.ts';
import type { BlobRef, BlobStore, PredictionStore, SnapshotRecord } from '../../storage/ports/index.ts';
import type { StepContext } from '../jobs/index.ts';
import type { Projects } from '../projects/index.ts';
import type { Promotion, Registry } from '../registry/index.ts';
import type { Tracking } from '../tracking/index.ts';

/** What training needs of the data room. */
export interface TrainingData {
  /** Moves finished small batches from the relational tail into a segment. */
  seal(project: string): Promise<unknown>;
  /** Closes the periods that are complete or late enough, so that the snapshot knows of it. */
  closePeriods(project: Project): Promise<unknown>;
  /** @throws AppError `data/no-history` */
  createSnapshot(project: string): Promise<SnapshotRecord>;
  /** @throws AppError `data/stale-history` when the snapshot is older than the project's contract allows */
  checkFresh(project: Project, snapshot: SnapshotRecord): Promise<void>;
  readPanel(project: Project, snapshotId: string): Promise<Panel>;
}

export interface TrainingOptions {
  readonly projects: Pick<Projects, 'getProject'>;
  readonly data: TrainingData;
  readonly tracking: Pick<Tracking, 'start'>;
  readonly registry: Pick<
    Registry,
    | 'register'
    | 'setGate'
    | 'setAlias'
    | 'removeAlias'
    | 'champion'
    | 'loadServing'
    | 'aliasHistory'
    | 'list'
    | 'get'
  >;
  /** Where serving has logged features. */
  readonly predictions: Pick<PredictionStore, 'featureSamples'>;
  readonly blobs: Pick<BlobStore, 'put' | 'get'>;
  /** How a version that passed its gate comes to serve. */
  readonly promotion: Pick<Promotion, 'promote' | 'follow'>;
  /** Worker threads of a fit; 0 = compute on the calling thread. */
  readonly threads: number;
}

/** What step `snapshot` returns. */
export type SnapshotResult = { readonly snapshotId: string };
/** What step `fit` returns. */
export type FitResult = { readonly runId: string; readonly artifact: BlobRef; readonly report: BlobRef };

/** What an earlier step of this pipeline returned. */
export function resultOf<Result>(context: StepContext, step: string): Result {
  return context.results[step] as unknown as Result;
}

/** @throws AppError `train/unknown-project` */
export async function projectOf(
  { projects }: Pick<TrainingOptions, 'projects'>,
  name: string,
): Promise<Project> {
  const project = await projects.getProject(name);
  if (project === undefined) throw new AppError('train/unknown-project', `there is no project ${name}`);
  return project;
}
