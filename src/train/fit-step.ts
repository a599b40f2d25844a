// The step that computes: panel in, artifact and report out, everything about it in a run.

import { elapsedMs, type StepContext } from '../jobs/index.ts';
import type { Json } from '../store/ports.ts';
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
  const { horizonSteps, seasons, levels, models, seed } = project;
  const run = await tracking.start({
    // Named by the job, so that a fit begun again after a crash is the same run.
    id: context.job.id.replace(/^job_/, 'run_'),
    project: project.name,
    kind: 'train',
    seed,
    snapshotId,
    params: { horizon: horizonSteps, seasons, levels, models, input: context.input },
  });
  const began = elapsedMs();
  const cost = (cpuSeconds?: number) => ({
    durationMs: elapsedMs() - began,
    memoryBytesPeak: process.resourceUsage().maxRSS * 1024,
    ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
  });
  try {
    const panel = await data.readPanel(project, snapshotId);
    const fitted = await fitProjectInThread({
      project,
      snapshotId,
      panel,
      threads,
      signal: context.signal,
      onProgress: (fraction, message) => context.progress(fraction, message),
    });
    context.signal.throwIfAborted();
    const artifact = await run.attach('model', fitted.artifact);
    const report = await run.attach('report', encodeReport(fitted.report));
    await run.logMetrics(fitted.report.metrics);
    await run.logParams({
      series: fitted.report.seriesIds.length,
      shortSeries: fitted.report.shortSeries.length,
      chosen: fitted.report.chosen,
    });
    await run.finish(cost(fitted.cpuSeconds));
    // Asked for after the writes: a blob that cannot be read back must fail the fit, not a later step.
    await blobs.get(artifact.hash);
    return { runId: run.id, artifact: { ...artifact }, report: { ...report } };
  } catch (error) {
    await run.fail(error, cost());
    throw error;
  }
}
