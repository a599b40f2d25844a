// The list of commands, in the order the help shows them. A new command is a file and a line here.

import type { CommandSpec } from './command.ts';
import { acceptLoss } from './commands/accept-loss.ts';
import { accuracy } from './commands/accuracy.ts';
import { backtest } from './commands/backtest.ts';
import { backup, restore } from './commands/backup.ts';
import { batch } from './commands/batch.ts';
import { batches } from './commands/batches.ts';
import { configShow } from './commands/config-show.ts';
import { contractCheck, contractDraft } from './commands/contract.ts';
import { coverage } from './commands/coverage.ts';
import { demo } from './commands/demo.ts';
import { docs } from './commands/docs.ts';
import { doctor } from './commands/doctor.ts';
import { evaluate } from './commands/evaluate.ts';
import { exportCommand } from './commands/export.ts';
import { forecast } from './commands/forecast.ts';
import { ingest } from './commands/ingest.ts';
import { init } from './commands/init.ts';
import { jobs } from './commands/jobs.ts';
import { models } from './commands/models.ts';
import { modelsRegister } from './commands/models-register.ts';
import { profile } from './commands/profile.ts';
import {
  projectsAdd,
  projectsChange,
  projectsList,
  projectsPurge,
  projectsRemove,
  projectsRestore,
  projectsShow,
} from './commands/projects.ts';
import { promote, rollback } from './commands/promote.ts';
import { quarantineList } from './commands/quarantine.ts';
import { quarantineAccept, quarantineFix, quarantineRescale } from './commands/repair.ts';
import { replenish } from './commands/replenish.ts';
import { retention } from './commands/retention.ts';
import { runs } from './commands/runs.ts';
import { search } from './commands/search.ts';
import { snapshotDiff, snapshotList } from './commands/snapshot.ts';
import { sourcesList, sourcesResume, sourcesRun } from './commands/sources.ts';
import { streamsList, streamsReplay } from './commands/streams.ts';
import { train } from './commands/train.ts';
import { up } from './commands/up.ts';
import { validate } from './commands/validate.ts';
import { verify } from './commands/verify.ts';
import { why } from './commands/why.ts';
import { withdrawList, withdrawRows, withdrawUndo } from './commands/withdraw.ts';

export const commandCatalog: readonly CommandSpec[] = [
  init,
  up,
  demo,
  doctor,
  docs,
  configShow,
  projectsList,
  projectsShow,
  projectsAdd,
  projectsChange,
  projectsRemove,
  projectsRestore,
  projectsPurge,
  ingest,
  validate,
  profile,
  contractCheck,
  contractDraft,
  snapshotList,
  snapshotDiff,
  quarantineList,
  quarantineFix,
  quarantineAccept,
  quarantineRescale,
  batches,
  withdrawRows,
  withdrawList,
  withdrawUndo,
  streamsList,
  streamsReplay,
  sourcesList,
  sourcesRun,
  sourcesResume,
  evaluate,
  train,
  backtest,
  search,
  exportCommand,
  forecast,
  batch,
  replenish,
  runs,
  jobs,
  models,
  modelsRegister,
  promote,
  rollback,
  why,
  accuracy,
  coverage,
  backup,
  restore,
  verify,
  retention,
  acceptLoss,
];
