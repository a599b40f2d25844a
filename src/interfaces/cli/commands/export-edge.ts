// The targets of `export` that run anywhere: a module for functions, a page for browsers, a model for programs.

import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../../core/index.ts';
import { holidayColumn } from '../../../services/data/index.ts';
import { adaptationOf } from '../../../services/monitor/index.ts';
import type { GatherOptions } from '../../edge/index.ts';
import type { CommandContext } from '../command.ts';
import { edgeRuntime } from '../edge-runtime.ts';
import type { ExportAsk, Exported } from './export-target.ts';

const pageFiles = ['index.html', 'page.css', 'page.js'];

/** A bundle that is given the model as a constant before it. */
export async function exportHandler(context: CommandContext, ask: ExportAsk): Promise<Exported> {
  const { bytes, facts } = await modelBytes(context, ask);
  const text = `${heading(ask)}\nconst almanacModel = "${base64(bytes)}";\n${await edgeRuntime('handler.mjs')}`;
  return {
    files: [await write(ask.out, text, ask.force)],
    facts,
    notes: [
      'It exports handler(event) and fetch(request); it stores no forecast, so none of them will be graded.',
    ],
  };
}

/** A page, its style, its script, and the model as a script that sets it: plain scripts load from files too. */
export async function exportBrowser(context: CommandContext, ask: ExportAsk): Promise<Exported> {
  const { data } = await context.open();
  const histories = await data.readPanel(ask.project, ask.version.snapshotId ?? 'none');
  const { bytes, facts } = await modelBytes(context, { ...ask, histories });
  await makeFolder(ask.out, ask.force);
  const files = [];
  for (const name of pageFiles)
    files.push(await write(join(ask.out, name), await edgeRuntime(name), ask.force));
  const model = `${heading(ask)}\nglobalThis.almanacModel = "${base64(bytes)}";\n`;
  files.push(await write(join(ask.out, 'model.js'), model, ask.force));
  return {
    files,
    facts,
    notes: [`Open ${join(ask.out, 'index.html')} in a browser, or put the folder on any web server.`],
  };
}

/** The model alone. */
export async function exportModel(context: CommandContext, ask: ExportAsk): Promise<Exported> {
  const { bytes, facts } = await modelBytes(context, ask);
  return {
    files: [await write(ask.out, bytes, ask.force)],
    facts,
    notes: ["Read it with loadForecaster(bytes) of 'almanac/browser'."],
  };
}

async function modelBytes(
  context: CommandContext,
  { project, version, series, histories }: ExportAsk & Pick<GatherOptions, 'histories'>,
): Promise<{ bytes: Uint8Array; facts: Exported['facts'] }> {
  const { registry, data, snapshots, coverage } = await context.open();
  // It brings the whole HTTP server along: no other command should wait for that.
  const { encodeExportedModel, gatherModel } = await import('../../edge/index.ts');
  const snapshot = await snapshots.getSnapshot(version.snapshotId ?? 'none');
  if (snapshot === undefined)
    throw new AppError(
      'data/unknown-snapshot',
      `snapshot ${version.snapshotId} of version ${version.number} is gone`,
    );
  const { id, number, createdAt } = version;
  const model = await gatherModel({
    project,
    version: { id, number, createdAt },
    snapshot,
    artifact: await registry.loadArtifact(version),
    observations: data,
    snapshots,
    holidays: holidayColumn,
    adaptation: adaptationOf(await coverage.measure(project)),
    now: context.now(),
    series,
    histories,
  });
  const bytes = await encodeExportedModel(model);
  return {
    bytes,
    facts: { artifactBytes: model.artifact.length, modelBytes: bytes.length, rowsSince: model.rows.length },
  };
}

/** Nothing of the user's own enters the code, not even a comment: names may hold anything. */
function heading({ project, version }: ExportAsk): string {
  return `// Written by \`almanac export\`: version ${version.number} of project ${project.name.replace(/[^a-z0-9-]/g, '?')}. Do not edit.`;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** @throws AppError `cli/file-exists` for a folder with something in it, `cli/unwritable-file` */
async function makeFolder(path: string, force: boolean): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
    if (force || (await readdir(path)).length === 0) return;
  } catch (cause) {
    throw new AppError('cli/unwritable-file', `${path} cannot be made: ${(cause as Error).message}`, {
      cause,
    });
  }
  throw new AppError('cli/file-exists', `the folder ${path} is not empty`);
}

async function write(
  path: string,
  content: string | Uint8Array,
  force: boolean,
): Promise<{ path: string; bytes: number }> {
  try {
    await writeFile(path, content, { flag: force ? 'w' : 'wx' });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw new AppError('cli/file-exists', `${path} is there already`);
    throw new AppError('cli/unwritable-file', `${path} cannot be written: ${message}`, { cause });
  }
  return { path, bytes: Buffer.byteLength(content) };
}
