// From a stream as the user states it to the complete `StreamSettings` of core, and what its schema cannot say.

import { resolve } from 'node:path';
import type { StreamSettings } from '../../core/index.ts';
import type { ProjectConfig } from './schema.ts';
import { projectNamePattern } from './schema.ts';
import type { StreamConfig } from './stream-schema.ts';

/**
 * The complete stream. `config` has passed `checkUserConfig`.
 * @param about.cwd folder that relative paths of files start from
 */
export function resolveStream(
  name: string,
  config: StreamConfig,
  about: { readonly cwd: string; readonly projects: readonly string[] },
): StreamSettings {
  const { credentialsFile, caFile, ...given } = config;
  return {
    ...given,
    name,
    project: config.project ?? about.projects[0] ?? '',
    role: config.role ?? 'observations',
    mechanism: config.mechanism ?? 'PLAIN',
    tls: config.tls ?? false,
    ...(credentialsFile === undefined ? {} : { credentialsFile: resolve(about.cwd, credentialsFile) }),
    ...(caFile === undefined ? {} : { caFile: resolve(about.cwd, caFile) }),
  };
}

/** Problems of one stream, each to be put after `streams.<name>`; no value of a secret is in them. */
export function streamProblems(
  name: string,
  stream: Partial<StreamConfig>,
  projects: Readonly<Record<string, ProjectConfig | null>>,
): string[] {
  const problems: string[] = [];
  if (!new RegExp(projectNamePattern).test(name))
    problems.push(' is not a name for a stream; expected lower-case letters, digits and hyphens, at most 64');
  const names = Object.keys(projects);
  const project = stream.project ?? (names.length === 1 ? names[0] : undefined);
  if (project === undefined)
    problems.push(`.project is not given; expected one of ${names.join(', ') || 'none'}`);
  // One that is not in the file may be added while the server runs: until then the stream is not read, and says so.
  else if (!new RegExp(projectNamePattern).test(project))
    problems.push(`.project is ${JSON.stringify(project)}; expected the name of a project`);
  if (stream.role === 'forecasts' && stream.answers === undefined)
    problems.push('.answers is not given; expected the subject or topic for the answers');
  if (stream.role !== 'forecasts' && stream.answers !== undefined)
    problems.push('.answers is given; expected only with role forecasts');
  if (typeof stream.url === 'string' && stream.url.includes('@'))
    problems.push('.url holds a user; expected user and password in the settings `user` and `password`');
  if (stream.kind === 'kafka')
    for (const key of ['subject', 'token', 'credentialsFile'] as const)
      if (stream[key] !== undefined) problems.push(`.${key} is given; expected only with kind nats`);
  return problems;
}
