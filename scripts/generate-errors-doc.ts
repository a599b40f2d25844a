// Writes docs/reference/errors.md from the one table of error codes. With --check: fails when the page differs.

import { errorCodes } from '../src/core/errors.ts';
import { writeOrCheck } from './write-or-check.ts';

const lines = [
  '# Errors',
  '',
  'Generated from `src/core/errors.ts`. The command line prints the message, the code and the hint; the API answers',
  '`application/problem+json` with the code in `code` and, in `type`, a path of the server that gives the same text.',
];
let room = '';
for (const [code, { meaning, hint }] of Object.entries(errorCodes)) {
  const [codeRoom] = code.split('/');
  if (codeRoom !== room) {
    room = codeRoom as string;
    lines.push('', `## ${room}`);
  }
  lines.push('', `### ${code}`, '', meaning, '', `*What to do:* ${hint}`);
}
writeOrCheck('docs/reference/errors.md', `${lines.join('\n')}\n`);
