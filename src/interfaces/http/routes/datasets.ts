// Snapshots.

import { type TUnsafe, Type } from 'typebox';
import { shownSnapshotDiff } from '../../../services/data/index.ts';
import type * as api from '../contract.ts';
import { count, nullable, of, text } from '../schema-parts.ts';
import * as schemas from '../schemas.ts';
import { snapshotView } from '../views.ts';
import { type App, limitOf, problems, projectParams, type RouteContext } from './common.ts';

const texts = Type.Array(text);
const amount = nullable(Type.Number({ description: 'null = unknown' }));
const diff: TUnsafe<api.SnapshotDiff> = of(
  Type.Object({
    from: text,
    to: text,
    rowsAdded: count,
    rowsRemoved: count,
    corrections: Type.Integer({ minimum: 0, description: 'in both, with another value or state' }),
    correctionExamples: Type.Array(
      Type.Object({ series: text, period: text, before: amount, after: amount }),
      { description: 'the first of them, by series and period' },
    ),
    seriesAdded: count,
    seriesRemoved: count,
    seriesAddedExamples: texts,
    seriesRemovedExamples: texts,
    batchesAdded: Type.Integer({ description: 'negative when the second is the older one' }),
    periodMaxBefore: text,
    periodMaxAfter: text,
    segmentsAdded: texts,
    segmentsRemoved: texts,
  }),
);

export function datasetRoutes(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/snapshots',
    {
      schema: {
        tags: ['data'],
        operationId: 'snapshots',
        summary: 'Dataset versions, newest first',
        description:
          'A snapshot is an immutable list of the files that hold the accepted rows; versions name the one they were trained on.',
        params: projectParams,
        querystring: Type.Object({ limit: limitOf(1000, 100) }),
        response: { 200: schemas.page(schemas.snapshot), ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const found = await services.data.listSnapshots(project.name, request.query.limit ?? 100);
      return reply.send({ items: found.map(snapshotView) });
    },
  );
  app.get(
    '/v1/projects/:project/snapshots/diff',
    {
      schema: {
        tags: ['data'],
        operationId: 'snapshotDiff',
        summary: 'What changed from one dataset version to another',
        description:
          'Rows, series and files that only one of them has, corrected values with the first of them, and the newest period of each.',
        params: projectParams,
        querystring: Type.Object({
          a: Type.String({ minLength: 1, maxLength: 100, description: 'id of the earlier snapshot' }),
          b: Type.String({ minLength: 1, maxLength: 100, description: 'id of the later one' }),
        }),
        response: { 200: diff, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { a, b } = request.query;
      const found = await services.data.diffSnapshots(project.name, a, b);
      return reply.send(shownSnapshotDiff(project, found));
    },
  );
}
