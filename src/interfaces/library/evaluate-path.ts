// Scores of models on a file, with the database that reads it. Comes with the first call of `evaluate`.

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDb } from '../../services/data/index.ts';
import { evaluateFile, type FileEvaluation } from '../../services/evaluation/index.ts';
import { systemTimers } from '../../services/jobs/index.ts';
import type { LibraryEvaluateOptions } from './options.ts';

/** See `evaluate` in `library.ts`. */
export async function evaluatePath(path: string, options: LibraryEvaluateOptions): Promise<FileEvaluation> {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'almanac-evaluate-'));
  const db = new DuckDb({ scratchFolder, timers: systemTimers, workersMax: 1 });
  try {
    return await evaluateFile(db, { threads: availableParallelism(), ...options, path });
  } finally {
    await db.close();
    await rm(scratchFolder, { recursive: true, force: true });
  }
}
