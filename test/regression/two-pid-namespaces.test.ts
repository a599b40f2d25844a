// Two containers over one volume do not see each other's processes: the second to start took the files that the first was
// writing for leftovers of the dead.

import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../fixtures/holds-scratch.ts', import.meta.url));
const unshare = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'];
/** Making a namespace of processes takes rights that not every machine gives; without, they share one. */
const mayUnshare = spawnSync(unshare[0] as string, [...unshare.slice(1), 'true']).status === 0;

function start(folder: string): { child: ChildProcessWithoutNullStreams; line: () => Promise<string> } {
  const [first = '', ...rest] = [...(mayUnshare ? unshare : []), process.execPath, program, folder];
  const child = spawn(first, rest);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, line: async () => String((await lines.next()).value) };
}

test('a process in another container keeps the file it is writing; one that was killed leaves nothing for long', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-namespaces-'));
  const started: ChildProcessWithoutNullStreams[] = [];
  const next = (): ReturnType<typeof start> => {
    const process = start(folder);
    started.push(process.child);
    return process;
  };
  try {
    const writer = next();
    const path = await writer.line();
    const other = next();
    await other.line();
    assert.ok(existsSync(path), 'the second start removed what the first is writing');
    writer.child.stdin.write('go\n');
    assert.match(await writer.line(), /^[0-9a-f]{64}$/);

    const exited = once(other.child, 'exit');
    other.child.kill('SIGKILL');
    await exited;
    const last = next();
    const kept = dirname(await last.line());
    assert.deepEqual(readdirSync(dirname(kept)).length, 2, 'what the dead left is there still');
  } finally {
    for (const child of started) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
});
