// What redocly and spectral say of a description of an API.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenApiTools } from './openapi-tools.ts';

export interface Linted {
  readonly tool: 'redocly' | 'spectral';
  readonly errors: number;
  readonly warnings: number;
  readonly found: readonly string[];
}

/** Whom to write to is said by each installation itself, not by the program. */
const rules = 'extends: ["spectral:oas"]\nrules:\n  info-contact: off\n';

export function lintOpenApi(tools: Pick<OpenApiTools, 'redocly' | 'spectral'>, document: string): Linted[] {
  return [redocly(tools.redocly, document), spectral(tools.spectral, document)];
}

/**
 * What a program prints. Codes of exit say "found something" as well as "did not run": what it wrote decides.
 * @throws when it could not be started, or said nothing
 */
export function printedBy(program: string, args: readonly string[], cwd?: string): string {
  const { stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', NO_COLOR: '1' },
  });
  if (error !== undefined) throw error;
  if (stdout === '') throw new Error(`${program} said nothing: ${stderr.slice(-2000)}`);
  return stdout;
}

function redocly(program: string, document: string): Linted {
  const { totals, problems } = JSON.parse(printedBy(program, ['lint', document, '--format', 'json'])) as {
    totals: { errors: number; warnings: number };
    problems: { severity: string; ruleId: string; message: string; location: { pointer?: string }[] }[];
  };
  const found = problems.map(
    ({ severity, ruleId, message, location }) =>
      `${severity} ${ruleId} at ${location[0]?.pointer ?? '#'}: ${message}`,
  );
  const { errors, warnings } = totals;
  return { tool: 'redocly', errors, warnings, found };
}

function spectral(program: string, document: string): Linted {
  const folder = mkdtempSync(join(tmpdir(), 'almanac-spectral-'));
  try {
    const ruleset = join(folder, 'rules.yaml');
    writeFileSync(ruleset, rules);
    const said = printedBy(program, ['lint', document, '--ruleset', ruleset, '--format', 'json', '--quiet']);
    const problems = JSON.parse(said) as {
      severity: number;
      code: string;
      message: string;
      path: (string | number)[];
    }[];
    const found = problems.map(
      ({ severity, code, message, path }) =>
        `${severity === 0 ? 'error' : 'warning'} ${code} at ${path.join(' ')}: ${message}`,
    );
    const errors = problems.filter(({ severity }) => severity === 0).length;
    return { tool: 'spectral', errors, warnings: problems.length - errors, found };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
