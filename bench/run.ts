// Runs one bench by name: `npm run -s bench -- NAME [--json]`. Without a name: lists them with the question each answers.

import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const question = /^\/\/ Question: (.*)/;
const [name] = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
const file = `${folder}${name}.ts`;

if (
  name !== undefined &&
  /^[a-z0-9-]+$/.test(name) &&
  existsSync(file) &&
  question.test(readFileSync(file, 'utf8'))
) {
  // The bench reads its own flags: its name is taken out, so that it sees what `node bench/NAME.ts …` would.
  process.argv.splice(process.argv.indexOf(name), 1);
  await import(new URL(`${name}.ts`, import.meta.url).href);
} else {
  if (name !== undefined) process.stderr.write(`no bench "${name}". `);
  process.stderr.write('usage: npm run -s bench -- NAME [--json]\n');
  for (const path of globSync('*.ts', { cwd: folder }).sort()) {
    const found = question.exec(readFileSync(`${folder}${path}`, 'utf8'));
    if (found) process.stderr.write(`  ${path.replace('.ts', '').padEnd(12)} ${found[1]}\n`);
  }
  process.exitCode = 2;
}
