// The step that computes: panel in, artifact and report out, everything about it in a run.

import type { Panel } from '../../core/index.ts';
import type { Json } from '../../storage/ports/index.ts';
import type { StepContext } from '../jobs/index.ts';
import { samplesCheckedMax } from './feature-check.ts';
import { asRun } from './step-run.ts';
import { checkFeaturesInThread, fitProjectInThread } from './train-thread.ts';
import { projectOf, resultOf, type SnapshotResult, type TrainingOptions } from './training-options.ts';
import { encodeReport } from './training-report.ts';

/**
 * Fits a project on the snapshot of this job, as a run. The run ends with the step, well or not.
 * @throws what `fitProject` throws, and the signal's reason when the job is to stop
 */
export async function fitStep(options: TrainingOptions, context: StepContext): Promise<Json> {
  const { blobs, data, tracking, threads } = options;
  const { snapshotId } = resultOf<SnapshotResult>(context, 'snapshot');
  const project = await projectOf(options, context.project);
  const { horizonSteps, seasons, levels, models, seed, gbdt = {} } = project;
  const params = { horizon: horizonSteps, seasons, levels, models, gbdt, input: context.input };
  const start = { kind: 'train' as const, project: project.name, seed, snapshotId, params };
  return await asRun(tracking, context, start, async (run) => {
    const panel = await data.readPanel(project, snapshotId);
    const { signal } = context;
    // First: should the champion not be readable, no fit is lost.
    const features = await featureMetrics(options, context, panel);
    const { artifact, report, cpuSeconds } = await fitProjectInThread({
      project,
      snapshotId,
      panel,
      threads,
      signal,
      onProgress: (fraction, message) => context.progress(fraction, message),
    });
    signal.throwIfAborted();
    const model = await run.attach('model', artifact);
    const written = await run.attach('report', encodeReport(report));
    await run.logMetrics({ ...report.metrics, ...features });
    await run.logParams({
      series: report.seriesIds.length,
      shortSeries: report.shortSeries.length,
      outlierSeries: report.outlierSeries?.length ?? 0,
      endedSeries: report.endedSeries?.length ?? 0,
      chosen: report.chosen,
    });
    // A blob that cannot be read back must fail the fit, not a later step.
    await blobs.get(model.hash);
    return { result: { runId: run.id, artifact: { ...model }, report: { ...written } }, cpuSeconds };
  });
}

/**
 * How many of the features that the champion served by are what training computes now: `features.checked`, `.revised`,
 * `.different`; nothing when none were logged.
 */
async function featureMetrics(
  { registry, predictions, threads }: TrainingOptions,
  { project, signal }: StepContext,
  panel: Panel,
): Promise<Record<string, number>> {
  const serving = await registry.loadServing(project);
  if (serving === undefined) return {};
  const { version, artifact } = serving;
  const samples = await predictions.featureSamples(project, version.id, samplesCheckedMax);
  if (samples.length === 0) return {};
  const { checked, revised, different } = await checkFeaturesInThread(
    { artifact, panel, samples },
    { threads, signal },
  );
  return { 'features.checked': checked, 'features.revised': revised, 'features.different': different };
}
