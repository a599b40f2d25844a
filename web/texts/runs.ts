// Texts of the page Runs.

import { plural } from './plural.ts';

export const runTexts = {
  runs: {
    none: 'No run yet',
    noneHint: 'Trainings, backtests and searches leave one each, with parameters, figures and cost.',
    choice: 'Compare',
    choose: (kind: string, moment: string) => `Compare ${kind} of ${moment}`,
    kind: 'Kind',
    status: 'State',
    statuses: { running: 'running', finished: 'finished', failed: 'failed' } as Record<string, string>,
    started: 'Began',
    took: 'Took',
    processor: 'Processor',
    loss: 'Loss',
    wape: 'WAPE',
    cause: 'Why',
    compare: (n: string) => `Compare ${plural(n, 'run', 'runs')}`,
    compared: (n: string) => `${plural(n, 'run', 'runs')} side by side`,
    all: 'All runs',
    name: 'Figure or parameter',
    metrics: 'Figures',
    params: 'Parameters',
    facts: 'What it took',
    onlyDifferent: 'Only what differs',
    memory: 'Memory at most',
    seed: 'Seed',
    code: 'Code',
    snapshot: 'Snapshot',
    error: 'Failure',
    same: 'They do not differ.',
    newest: (n: string) => `The newest ${n}`,
    gone: 'None of these runs is among the newest.',
  },
};
