// `train`: a training from snapshot to promotion, as a job, watched to its end.

import type { PlanEffect } from '../../../forecasting/features/index.ts';
import { decodeReport } from '../../../services/train/index.ts';
import { type CommandSpec, projectOption } from '../command.ts';
import { printEffects } from '../effects-report.ts';
import type { CliServices, JobRecord } from '../services.ts';
import { watchJob } from '../watch-job.ts';
import { decimal, duration } from '../words.ts';

export const train: CommandSpec = {
  name: 'train',
  group: 'Models',
  summary: 'train on all data there is; a better version becomes the champion',
  details:
    'Runs as a job: this process works on it, and a server on the same data folder may take it over.\n' +
    'A training that is under way already is watched instead.',
  options: [projectOption],
  examples: ['train', 'train --project shop --json'],
  async run(context) {
    const project = await context.project();
    const { registry, tracking } = await context.open();
    const ended = await watchJob(context, { pipeline: 'train', project: project.name, name: 'training' });
    const champion = await registry.champion(project.name);
    const outcome = outcomeOf(ended);
    const effects = await effectsOf(ended, tracking);
    return {
      json: {
        jobId: ended.id,
        state: ended.state,
        champion: champion ?? null,
        effects,
        results: ended.results,
      },
      print(printer) {
        const { green, yellow, bold } = printer.colours;
        const took = duration(
          ended.endedAt === null ? null : ended.endedAt - (ended.startedAt ?? ended.createdAt),
        );
        printer.line(
          outcome.promoted
            ? `${green('promoted')}: version ${bold(String(champion?.number ?? '-'))} of ${project.name} is the champion (${took})`
            : `${yellow('not promoted')}: ${outcome.reason}; ${champion === undefined ? 'no version is the champion yet, so the baseline answers' : `version ${champion.number} stays the champion`} (${took})`,
        );
        const metrics = Object.entries(champion?.metrics ?? {}).filter(([name]) =>
          name.startsWith('selected.'),
        );
        printer.pairs(metrics.map(([name, value]) => [name.slice('selected.'.length), decimal(value, 4)]));
        printEffects(printer, effects);
      },
    };
  },
};

/** What the training saw plans do to demand. */
async function effectsOf(job: JobRecord, tracking: CliServices['tracking']): Promise<readonly PlanEffect[]> {
  const fit = job.results.fit as { runId?: string } | null | undefined;
  if (fit?.runId === undefined) return [];
  return decodeReport(await tracking.loadArtifact(fit.runId, 'report')).effects ?? [];
}

/** What the gate and promote steps returned. */
function outcomeOf(job: JobRecord): { promoted: boolean; reason: string } {
  const promote = job.results.promote as { promoted?: boolean; reason?: string } | null | undefined;
  const gate = job.results.gate as { passed?: boolean; reason?: string } | null | undefined;
  return {
    promoted: promote?.promoted ?? gate?.passed ?? true,
    reason: promote?.reason ?? gate?.reason ?? 'the gate refused it',
  };
}
