#!/usr/bin/env node
// The program. Its first line of work is to check Node: an older one must say so instead of failing on our syntax.

import { nodeComplaint } from '../src/interfaces/library/node-floor.ts';

const complaint = nodeComplaint(process.version);
if (complaint !== null) {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
} else {
  const { run } = await import('./run.ts');
  await run();
}
