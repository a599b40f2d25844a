#!/usr/bin/env node
// The program. Its first line of work is to check Node: an older one must say so instead of failing on our syntax.

import module from 'node:module';
import { dirname } from 'node:path';
import { nodeComplaint } from '../src/interfaces/library/node-floor.ts';

const complaint = nodeComplaint(process.version);
if (complaint !== null) {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
} else {
  // What was compiled is kept for the next command: half of its start would go into compiling the same again.
  const { directory } = module.enableCompileCache();
  // Threads hear of it in no other way.
  if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= dirname(directory);
  const { run } = await import('./run.ts');
  await run();
}
