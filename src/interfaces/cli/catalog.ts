// The list of commands, in the order the help shows them. A new command is a file and a line here.

import type { CommandSpec } from './command.ts';

/**
 * What loads the commands that begin with a word. Only the one that is called is loaded: together they load every service there is,
 * which would be the longer half of the start of each.
 */
const catalog: Readonly<Record<string, () => Promise<readonly CommandSpec[]>>> = {
  init: async () => [(await import('./commands/init.ts')).init],
  up: async () => [(await import('./commands/up.ts')).up],
  demo: async () => [(await import('./commands/demo.ts')).demo],
  doctor: async () => [(await import('./commands/doctor.ts')).doctor],
  docs: async () => [(await import('./commands/docs.ts')).docs],
  config: async () => [(await import('./commands/config-show.ts')).configShow],
  projects: async () => {
    const {
      projectsList,
      projectsShow,
      projectsAdd,
      projectsChange,
      projectsRemove,
      projectsRestore,
      projectsPurge,
    } = await import('./commands/projects.ts');
    return [
      projectsList,
      projectsShow,
      projectsAdd,
      projectsChange,
      projectsRemove,
      projectsRestore,
      projectsPurge,
    ];
  },
  ingest: async () => [(await import('./commands/ingest.ts')).ingest],
  validate: async () => [(await import('./commands/validate.ts')).validate],
  profile: async () => [(await import('./commands/profile.ts')).profile],
  contract: async () => {
    const { contractCheck, contractDraft } = await import('./commands/contract.ts');
    return [contractCheck, contractDraft];
  },
  snapshot: async () => {
    const { snapshotList, snapshotDiff } = await import('./commands/snapshot.ts');
    return [snapshotList, snapshotDiff];
  },
  quarantine: async () => {
    const { quarantineList } = await import('./commands/quarantine.ts');
    const { quarantineFix, quarantineAccept, quarantineRescale, quarantineDiscard } = await import(
      './commands/repair.ts'
    );
    return [quarantineList, quarantineFix, quarantineAccept, quarantineRescale, quarantineDiscard];
  },
  batches: async () => [(await import('./commands/batches.ts')).batches],
  withdraw: async () => {
    const { withdrawRows, withdrawList, withdrawUndo } = await import('./commands/withdraw.ts');
    return [withdrawRows, withdrawList, withdrawUndo];
  },
  streams: async () => {
    const { streamsList, streamsReplay } = await import('./commands/streams.ts');
    return [streamsList, streamsReplay];
  },
  sources: async () => {
    const { sourcesList, sourcesRun, sourcesResume } = await import('./commands/sources.ts');
    return [sourcesList, sourcesRun, sourcesResume];
  },
  evaluate: async () => [(await import('./commands/evaluate.ts')).evaluate],
  train: async () => [(await import('./commands/train.ts')).train],
  backtest: async () => [(await import('./commands/backtest.ts')).backtest],
  search: async () => [(await import('./commands/search.ts')).search],
  export: async () => [(await import('./commands/export.ts')).exportCommand],
  forecast: async () => [(await import('./commands/forecast.ts')).forecast],
  series: async () => [(await import('./commands/series.ts')).series],
  totals: async () => [(await import('./commands/totals.ts')).totals],
  maturity: async () => [(await import('./commands/maturity.ts')).maturity],
  drift: async () => [(await import('./commands/drift.ts')).drift],
  exceptions: async () => [(await import('./commands/exceptions.ts')).exceptions],
  alerts: async () => {
    const { alertsList, alertsShow, alertsAck, alertsSilence, alertsUnsilence, alertsResolve } = await import(
      './commands/alerts.ts'
    );
    const { alertsRoutes, alertsTest } = await import('./commands/alert-routes.ts');
    return [
      alertsList,
      alertsShow,
      alertsAck,
      alertsSilence,
      alertsUnsilence,
      alertsResolve,
      alertsRoutes,
      alertsTest,
    ];
  },
  override: async () => {
    const { overrideSet, overrideList, overrideWithdraw, overrideValue } = await import(
      './commands/override.ts'
    );
    return [overrideList, overrideSet, overrideWithdraw, overrideValue];
  },
  explain: async () => [(await import('./commands/explain.ts')).explain],
  batch: async () => [(await import('./commands/batch.ts')).batch],
  replenish: async () => [(await import('./commands/replenish.ts')).replenish],
  runs: async () => [(await import('./commands/runs.ts')).runs],
  jobs: async () => [(await import('./commands/jobs.ts')).jobs],
  models: async () => {
    const { models } = await import('./commands/models.ts');
    const { modelsGates } = await import('./commands/models-gates.ts');
    const { modelsRegister } = await import('./commands/models-register.ts');
    return [models, modelsGates, modelsRegister];
  },
  promote: async () => [(await import('./commands/promote.ts')).promote],
  rollback: async () => [(await import('./commands/promote.ts')).rollback],
  why: async () => [(await import('./commands/why.ts')).why],
  accuracy: async () => [(await import('./commands/accuracy.ts')).accuracy],
  coverage: async () => [(await import('./commands/coverage.ts')).coverage],
  backup: async () => [(await import('./commands/backup.ts')).backup],
  restore: async () => [(await import('./commands/backup.ts')).restore],
  verify: async () => [(await import('./commands/verify.ts')).verify],
  retention: async () => [(await import('./commands/retention.ts')).retention],
  'accept-loss': async () => [(await import('./commands/accept-loss.ts')).acceptLoss],
};

/** Every command, in the order of the help. */
export async function allCommands(): Promise<readonly CommandSpec[]> {
  return (await Promise.all(Object.values(catalog).map((load) => load()))).flat();
}

/** The commands that a line can mean: those of its first word, or all of them where that is none (a flag, a slip, nothing). */
export async function commandsFor(argv: readonly string[]): Promise<readonly CommandSpec[]> {
  const [word = ''] = argv;
  return Object.hasOwn(catalog, word) ? ((await catalog[word]?.()) ?? []) : allCommands();
}
