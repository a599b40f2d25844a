// Which unit tests are of pure code: those from which no import leads to a database, a server, a thread or another process.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** What a test needs more than a processor for. */
const heavy =
  /^(@duckdb\/|@nats-io\/|@platformatic\/|kysely$|fastify$|node:(sqlite|worker_threads|cluster|child_process|http)$)/;

/** Splits test files, named from the root, in two: `pure` ones, and those of `services`. */
export function splitTests(files: readonly string[]): { pure: string[]; services: string[] } {
  const pure = files.filter((file) => !reachesHeavy(file, new Set()));
  return { pure, services: files.filter((file) => !pure.includes(file)) };
}

function reachesHeavy(path: string, seen: Set<string>): boolean {
  if (seen.has(path)) return false;
  seen.add(path);
  return importsOf(path).some((specifier) =>
    specifier.startsWith('.') ? reachesHeavy(join(dirname(path), specifier), seen) : heavy.test(specifier),
  );
}

/** Also what is imported by a call; types are not. */
function importsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const found = text.matchAll(
    /^(?:import|export)(?! type)(?:[^;'"]*? from)? '([^']+)'|import\('([^']+)'\)/gm,
  );
  return [...found].map(([, from, called]) => (from ?? called) as string);
}
