// GET coverage: do the quantiles served hold what they say, and which levels is the model asked for so that they do.

import { type Project, periodLabel } from '../../../core/index.ts';
import type * as api from '../contract.ts';
import * as schemas from '../schemas.ts';
import type { CoverageReport } from '../services.ts';
import { type App, problems, projectParams, type RouteContext } from './common.ts';

export function coverageRoutes(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/coverage',
    {
      schema: {
        tags: ['forecast'],
        operationId: 'coverage',
        summary: 'How often demand stays below each quantile, and the levels adapted to it',
        description:
          'On the labels that the levels in use were adapted to. They are found anew when a new period begins to come in.',
        params: projectParams,
        response: { 200: schemas.coverage, ...problems(404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      return reply.send(coverageView(project, await services.coverage.measure(project)));
    },
  );
}

function coverageView(project: Project, report: CoverageReport): api.Coverage {
  const { window, memoryPeriods, oneIn, labels, kinds } = report;
  return {
    adapted: project.adaptCoverage !== false,
    window: window && {
      ...window,
      from: periodLabel(project.grid, window.fromPeriod),
      to: periodLabel(project.grid, window.toPeriod),
    },
    memoryPeriods,
    oneIn,
    labels,
    kinds: kinds.map(({ demand, levels }) => ({ demand, levels: levels.map((level) => ({ ...level })) })),
  };
}
