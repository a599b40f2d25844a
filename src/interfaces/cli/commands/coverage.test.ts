import assert from 'node:assert/strict';
import { test } from 'node:test';

import { projectLike } from '../../../../test/fixtures/project.ts';
import type { CommandContext } from '../command.ts';
import { Printer } from '../printer.ts';
import type { CoverageReport } from '../services.ts';
import { coverage } from './coverage.ts';

async function printed(report: CoverageReport, adaptCoverage = true): Promise<string> {
  const context = {
    options: {},
    project: async () => projectLike({ adaptCoverage }),
    open: async () => ({ coverage: { measure: async () => report } }),
  };
  let text = '';
  const result = await coverage.run(context as unknown as CommandContext);
  result?.print(
    new Printer((part) => {
      text += part;
    }, false),
  );
  return text;
}

const nothing: CoverageReport = { window: null, memoryPeriods: 56, oneIn: 1, labels: 0, kinds: [] };
const some: CoverageReport = {
  window: { fromPeriod: 0, toPeriod: 9 },
  memoryPeriods: 56,
  oneIn: 3,
  labels: 1200,
  kinds: [
    {
      demand: 'regular',
      levels: [{ level: 0.9, modelLevel: 0.94, labels: 1200, below: 0.851, atOrBelow: 0.862 }],
    },
  ],
};

test('each level stands beside how often demand stayed below it and what is asked for in its place', async () => {
  const text = await printed(some);
  assert.match(text, /1,200 labels of 1970-01-01 to 1970-01-10, of about one forecast in 3\n/);
  assert.match(text, /\n *regular demand +below +not above +labels +asked for\n/);
  assert.match(text, /\n *90\.0 % +85\.1 % +86\.2 % +1,200 +94\.0 %/);
});

test('it says when there is nothing to tell, and when levels are not adapted', async () => {
  assert.match(await printed(nothing), /no forecast has met its real demand yet/);
  assert.match(await printed(some, false), /levels are not adapted \(setting adaptCoverage\)/);
});
