// Property tests with other cases than those that every `npm test` draws: `npm run sim -- --properties 5`

import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every test file that draws cases, each round from a seed of its own. @returns false when one failed */
export function runProperties(
  rounds: number,
  { first, print }: { first: number; print: (line: string) => void },
): boolean {
  const files = globSync('{src,test}/**/*.test.ts', { cwd: root }).filter((path) =>
    readFileSync(join(root, path), 'utf8').includes("from 'fast-check'"),
  );
  let failures = 0;
  const began = performance.now();
  for (let round = 0; round < rounds; round++) {
    const seed = first + round;
    print(`property seed ${seed}`);
    for (const file of files) {
      const args = ['--test', '--import=./scripts/property-seed.ts', '--test-reporter=dot', file];
      const env = { ...process.env, PROPERTY_SEED: String(seed) };
      const result = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
      if (result.status === 0) continue;
      failures++;
      print(result.stdout.slice(-4000));
      print(`PROPERTY_SEED=${seed} node --test --import=./scripts/property-seed.ts ${file}`);
    }
  }
  const seconds = (performance.now() - began) / 1000;
  print(
    `${files.length} files of property tests with ${rounds} fresh seeds: ${failures} failed, in ${seconds.toFixed(0)} s.`,
  );
  return failures === 0;
}
