// GET profile and contract: what is stored as a whole. Both read all of it, in a worker, and once until something new has come.

import { periodLabel } from '../../../core/index.ts';
import * as stored from '../profile-schema.ts';
import { profileView } from '../profile-view.ts';
import { contractResultView } from '../views.ts';
import { type App, problems, projectParams, type RouteContext } from './common.ts';

const readOnce =
  'All of the history is read for it, once until a batch comes or ten minutes have passed; `at` says when that was.';

export function storedDataRoutes(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/profile',
    {
      schema: {
        tags: ['data'],
        operationId: 'profile',
        summary: 'What the stored history looks like as a whole',
        description: `How much since when, shares of zeros and gaps, demand classes, what is worth a look and why, and histories of some series as few points. ${readOnce}`,
        params: projectParams,
        response: { 200: stored.profile, ...problems(404) },
      },
    },
    async (request, reply) =>
      reply.send(profileView(await services.data.storedProfile(find(request.params.project)))),
  );
  app.get(
    '/v1/projects/:project/contract',
    {
      schema: {
        tags: ['data'],
        operationId: 'contract',
        summary: 'What the checks of the data contract come to on what is stored',
        description: `Of the newest periods: two of the longest season, 28 to 400. 409 where the project names no contract. ${readOnce}`,
        params: projectParams,
        response: { 200: stored.contract, ...problems(404, 409) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { at, rows, periodMin, periodMax, results } = await services.data.storedContract(project);
      const { file = '', id = '', version = '', warnings = [] } = project.contract.rules ?? {};
      const label = (period: number | null): string | null =>
        period === null ? null : periodLabel(project.grid, period);
      return reply.send({
        at: new Date(at).toISOString(),
        contract: { file, id, version, warnings: [...warnings] },
        rows,
        first: label(periodMin),
        last: label(periodMax),
        results: results.map(contractResultView),
      });
    },
  );
}
