// Lints the committed description of the API with redocly and spectral; any error or warning that is not left out ends it with code 1.
// Not part of `npm test`: the tools bring hundreds of packages, which are installed into `.bench` on first use.
//   node scripts/lint-openapi.ts

import { fileURLToPath } from 'node:url';
import { lintOpenApi } from '../bench/peers/openapi-lint.ts';
import { linterPrograms } from '../bench/peers/openapi-tools.ts';

const document = fileURLToPath(new URL('../docs/reference/openapi.json', import.meta.url));
for (const { tool, errors, warnings, found } of lintOpenApi(linterPrograms(), document)) {
  process.stdout.write(`${tool.padEnd(9)} ${errors} errors, ${warnings} warnings\n`);
  for (const line of found) process.stdout.write(`  ${line}\n`);
  if (errors + warnings > 0) process.exitCode = 1;
}
