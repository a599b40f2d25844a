// From a source as the user states it to the complete `SourceSettings` of core, and what its schema cannot say.

import { resolve } from 'node:path';
import type { SourceKind, SourceSettings } from '../../core/index.ts';
import type { ProjectConfig } from './schema.ts';
import { projectNamePattern } from './schema.ts';
import type { SourceConfig } from './source-schema.ts';

const scheduleDefault = '*/5 * * * *';
const needed: Readonly<Record<SourceKind, readonly (keyof SourceConfig)[]>> = {
  postgres: ['url', 'user', 'query', 'watermark', 'key'],
  s3: ['url', 'user', 'passwordVariable', 'bucket'],
  webhook: ['passwordVariable'],
};
const own: Readonly<Record<SourceKind, readonly (keyof SourceConfig)[]>> = {
  postgres: [
    'url',
    'user',
    'schedule',
    'tls',
    'caFile',
    'query',
    'watermark',
    'key',
    'lateMinutes',
    'lateCount',
    'statementSeconds',
  ],
  s3: ['url', 'user', 'schedule', 'bucket', 'prefix', 'ending', 'region', 'mapping'],
  webhook: [
    'authentication',
    'signatureHeader',
    'deliveryHeader',
    'replaySeconds',
    'rowsPath',
    'fields',
    'mapping',
  ],
};
const kinds = Object.keys(own) as SourceKind[];

/**
 * The complete source. `config` has passed `checkUserConfig`.
 * @param about.cwd folder that relative paths of files start from
 */
export function resolveSource(
  name: string,
  config: SourceConfig,
  about: { readonly cwd: string; readonly projects: readonly string[] },
): SourceSettings {
  if (config.kind === 'webhook') return webhookOf(name, config, about.projects);
  const { caFile, url = '', user = '', passwordVariable } = config;
  const base = {
    name,
    url,
    user,
    project: config.project ?? about.projects[0] ?? '',
    schedule: config.schedule ?? scheduleDefault,
    ...(passwordVariable === undefined ? {} : { passwordVariable }),
  };
  if (config.kind === 's3') {
    const { bucket = '', prefix = '', ending = '', region = 'us-east-1', mapping } = config;
    return {
      ...base,
      kind: 's3',
      bucket,
      prefix,
      ending,
      region,
      ...(mapping === undefined ? {} : { mapping }),
    };
  }
  return {
    ...base,
    kind: 'postgres',
    tls: config.tls ?? false,
    ...(caFile === undefined ? {} : { caFile: resolve(about.cwd, caFile) }),
    query: config.query ?? '',
    watermark: config.watermark ?? '',
    key: config.key ?? [],
    lateMinutes: config.lateMinutes ?? 60,
    lateCount: config.lateCount ?? 1000,
    statementSeconds: config.statementSeconds ?? 300,
  };
}

function webhookOf(name: string, config: SourceConfig, projects: readonly string[]): SourceSettings {
  const { passwordVariable = '', authentication = 'signature', deliveryHeader = 'webhook-id' } = config;
  const { rowsPath, fields, mapping, signatureHeader } = config;
  return {
    name,
    kind: 'webhook',
    project: config.project ?? projects[0] ?? '',
    passwordVariable,
    authentication,
    deliveryHeader: deliveryHeader.toLowerCase(),
    replaySeconds: config.replaySeconds ?? 300,
    ...(rowsPath === undefined ? {} : { rowsPath }),
    ...(fields === undefined ? {} : { fields }),
    ...(mapping === undefined ? {} : { mapping }),
    ...(signatureHeader === undefined ? {} : { signatureHeader: signatureHeader.toLowerCase() }),
  };
}

/** Problems of one source, each to be put after `sources.<name>`. */
export function sourceProblems(
  name: string,
  source: Partial<SourceConfig>,
  projects: Readonly<Record<string, ProjectConfig | null>>,
): string[] {
  const problems: string[] = [];
  if (!new RegExp(projectNamePattern).test(name))
    problems.push(' is not a name for a source; expected lower-case letters, digits and hyphens, at most 64');
  const names = Object.keys(projects);
  const project = source.project ?? (names.length === 1 ? names[0] : undefined);
  if (project === undefined)
    problems.push(`.project is not given; expected one of ${names.join(', ') || 'none'}`);
  // One that is not in the file may be added while the server runs: until then the source is not read, and says so.
  else if (!new RegExp(projectNamePattern).test(project))
    problems.push(`.project is ${JSON.stringify(project)}; expected the name of a project`);
  const kind = kinds.find((known) => known === source.kind) ?? 'postgres';
  for (const setting of needed[kind])
    if (source[setting] === undefined) problems.push(`.${setting} is not given; expected with kind ${kind}`);
  for (const setting of new Set(kinds.flatMap((other) => own[other])))
    if (source[setting] !== undefined && !own[kind].includes(setting))
      problems.push(
        `.${setting} is given; expected only with kind ${kinds.filter((other) => own[other].includes(setting)).join(' or ')}`,
      );
  if (kind === 'webhook') problems.push(...proofProblems(source));
  if (typeof source.url === 'string' && kind !== 'webhook') problems.push(...urlProblems(source.url, kind));
  if (Array.isArray(source.key) && new Set(source.key).size < source.key.length)
    problems.push('.key names a column twice; expected each once');
  if (typeof source.query === 'string' && /;\s*\S/.test(source.query))
    problems.push('.query holds a semicolon and more; expected one select');
  return problems;
}

/** Settings of how a delivery proves itself that belong to another way of it. */
function proofProblems(source: Partial<SourceConfig>): string[] {
  const isBody = source.authentication === 'body-signature';
  const problems: string[] = [];
  // Who signs the body alone has headers of its own, and no sender calls them as ours are.
  for (const setting of ['signatureHeader', 'deliveryHeader'] as const)
    if (isBody && source[setting] === undefined)
      problems.push(`.${setting} is not given; expected with authentication body-signature`);
  if (!isBody && source.signatureHeader !== undefined)
    problems.push('.signatureHeader is given; expected only with authentication body-signature');
  if (isBody && source.replaySeconds !== undefined)
    problems.push(
      '.replaySeconds is given; expected only where a time is signed, with authentication signature',
    );
  return problems;
}

function urlProblems(text: string, kind: SourceKind): string[] {
  const [scheme, example] =
    kind === 's3'
      ? [/^https?:$/, 'https://store:9000']
      : [/^postgres(ql)?:$/, 'postgres://host:5432/database'];
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !scheme.test(url.protocol) || url.hostname === '')
    return [`.url is no address; expected such as ${example}`];
  if (url.username !== '' || url.password !== '')
    return ['.url holds a user; expected user and password in the settings `user` and `passwordVariable`'];
  if (url.search !== '' || url.hash !== '') return ['.url holds options; expected none'];
  return [];
}
