// The list of commands, in the order the help shows them. A new command is a file and a line here.

import { accuracy } from './accuracy.ts';
import { backtest } from './backtest.ts';
import { batch } from './batch.ts';
import type { CommandSpec } from './command.ts';
import { configShow } from './config-show.ts';
import { coverage } from './coverage.ts';
import { demo } from './demo.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { exportCommand } from './export.ts';
import { forecast } from './forecast.ts';
import { ingest, validate } from './ingest.ts';
import { init } from './init.ts';
import { models } from './models.ts';
import { modelsRegister } from './models-register.ts';
import { promote, rollback } from './promote.ts';
import { quarantine } from './quarantine.ts';
import { replenish } from './replenish.ts';
import { runs } from './runs.ts';
import { search } from './search.ts';
import { snapshotDiff, snapshotList } from './snapshot.ts';
import { streamsList, streamsReplay } from './streams.ts';
import { train } from './train.ts';
import { up } from './up.ts';
import { why } from './why.ts';

export const commandCatalog: readonly CommandSpec[] = [
  init,
  up,
  demo,
  doctor,
  configShow,
  ingest,
  validate,
  snapshotList,
  snapshotDiff,
  quarantine,
  streamsList,
  streamsReplay,
  evaluate,
  train,
  backtest,
  search,
  exportCommand,
  forecast,
  batch,
  replenish,
  runs,
  models,
  modelsRegister,
  promote,
  rollback,
  why,
  accuracy,
  coverage,
];
