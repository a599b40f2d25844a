// Schemas of projects as they are shown and asked for.

import { type TUnsafe, Type } from 'typebox';
import type * as api from './contract.ts';
import { projectStatus } from './schemas.ts';

const text = Type.String();
const time = Type.String({ format: 'date-time' });
const source = Type.Union([Type.Literal('file'), Type.Literal('stored')], {
  description: 'who owns the settings: the configuration file, or the server itself',
});
const number = Type.Integer({ description: 'one more with every change' });
const written = Type.Union([Type.Record(text, Type.Unknown()), Type.Null()], {
  description: 'as they were written, without defaults; null = the configuration file has them',
});

/** Checked by the schema of the configuration file, which names every fault by its setting. */
export const settings: TUnsafe<Record<string, unknown> | undefined> = Type.Optional(
  Type.Record(text, Type.Unknown(), {
    description: 'as those of a project in the configuration file: `almanac docs settings`',
  }),
) as unknown as TUnsafe<Record<string, unknown> | undefined>;

export const projectView: TUnsafe<api.ProjectView> = Type.Object({
  name: text,
  frequency: text,
  timezone: text,
  horizonSteps: Type.Integer(),
  seasons: Type.Array(Type.Number()),
  levels: Type.Array(Type.Number()),
  gaps: text,
  retrainEveryPeriods: Type.Integer({ minimum: 0 }),
  source,
  version: number,
  settings: written,
  createdAt: time,
  updatedAt: time,
  status: projectStatus,
}) as unknown as TUnsafe<api.ProjectView>;

export const removedProject: TUnsafe<api.RemovedProject> = Type.Object({
  name: text,
  version: number,
  settings: written,
  removedAt: time,
  removedBy: text,
  purging: Type.Boolean({ description: 'what is stored of it is being deleted' }),
  purgeJob: Type.Union([text, Type.Null()], {
    description: 'the job that deletes it, where it was just asked for',
  }),
}) as unknown as TUnsafe<api.RemovedProject>;
