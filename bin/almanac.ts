#!/usr/bin/env node
// The program. Its first line of work is to check Node: an older one must say so instead of failing on our syntax.

const nodeMajorMin = 24;

if (Number(process.versions.node.split('.')[0]) < nodeMajorMin) {
  process.stderr.write(
    `almanac: needs Node ${nodeMajorMin} or newer, this is ${process.version}. Install a current one from https://nodejs.org\n`,
  );
  process.exitCode = 1;
} else {
  const { run } = await import('./run.ts');
  await run();
}

export {};
