// The step that computes: panel in, artifact and report out, everything about it in a run.

import type { StepContext } from '../jobs/index.ts';
import type { Json } from '../store/ports.ts';
import { asRun } from './step-run.ts';
import { fitProjectInThread } from './train-thread.ts';
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
    await run.logMetrics(report.metrics);
    await run.logParams({
      series: report.seriesIds.length,
      shortSeries: report.shortSeries.length,
      endedSeries: report.endedSeries?.length ?? 0,
      chosen: report.chosen,
    });
    // A blob that cannot be read back must fail the fit, not a later step.
    await blobs.get(model.hash);
    return { result: { runId: run.id, artifact: { ...model }, report: { ...written } }, cpuSeconds };
  });
}
