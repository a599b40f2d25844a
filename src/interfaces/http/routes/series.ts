// GET series: the list of them, and one with all that is known of it.

import { type TUnsafe, Type } from 'typebox';
import { AppError } from '../../../core/index.ts';
import {
  type ExceptionKind,
  exceptionKinds,
  type SeriesOrder,
  type SeriesQuery,
  type SeriesState,
  seriesOrders,
  seriesStates,
  shownDetail,
  shownExceptions,
  shownExplanation,
  shownList,
  shownTotals,
} from '../../../services/series/index.ts';
import { explanation } from '../explain-schema.ts';
import { futureOfForecast } from '../forecast-schema.ts';
import { periodFrom } from '../period-text.ts';
import { seriesDetail, seriesExceptions, seriesList, seriesTotals } from '../series-schema.ts';
import { type App, limitOf, problems, projectParams, type RouteContext } from './common.ts';

const attributesMax = 8;

const optional = <T>(schema: object): TUnsafe<T | undefined> => schema as TUnsafe<T | undefined>;
const oneOf = <T extends string>(values: readonly T[], description: string): TUnsafe<T | undefined> =>
  optional(
    Type.Optional(
      Type.Union(
        values.map((value) => Type.Literal(value)),
        { description },
      ),
    ),
  );
const textOf = (maxLength: number, description: string): TUnsafe<string | undefined> =>
  optional(Type.Optional(Type.String({ maxLength, description })));

const listQuery = Type.Object({
  search: textOf(200, 'a part of the id or of an attribute, whatever the case'),
  attribute: optional<string | string[]>(
    Type.Optional(
      Type.Union(
        [
          Type.String({ maxLength: 500 }),
          Type.Array(Type.String({ maxLength: 500 }), { maxItems: attributesMax }),
        ],
        { description: 'an attribute that it must have: `name=value`; may come several times' },
      ),
    ),
  ),
  state: textOf(100, '`active`, `new`, `ended` or `silent`; several separated by commas'),
  class: optional<string>(
    Type.Optional(
      Type.String({
        pattern: '^(?=.)[ABC]?[XYZ]?$',
        description: '`A`, `X` or `AX`: see the classes of a series',
      }),
    ),
  ),
  sort: oneOf<SeriesOrder>(
    seriesOrders,
    'default `id`; the largest error, the highest value and the lowest value added come first',
  ),
  order: oneOf<'usual' | 'reversed'>(
    ['usual', 'reversed'],
    'the other way round; what has no figure stays last',
  ),
  limit: limitOf(1000, 50),
  cursor: textOf(6000, '`next` of the page before, with the same query'),
});

/** Ids are long; the parameter of a path is decoded before it is measured. */
const seriesParams = Type.Object({
  project: Type.String({ maxLength: 100, description: 'name of a project' }),
  series: Type.String({ minLength: 1, maxLength: 1024, description: 'id of a series, URL-encoded' }),
});

export function seriesRoutes(app: App, context: RouteContext): void {
  listRoute(app, context);
  detailRoute(app, context);
  explainRoutes(app, context);
  exceptionsRoute(app, context);
  totalsRoute(app, context);
}

function listRoute(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/series',
    {
      schema: {
        tags: ['series'],
        operationId: 'listSeries',
        summary: 'Find series',
        description:
          'By a part of the id or of an attribute, by state and class; by id, largest error, highest value or lowest value added. Every figure says what it rests on. Of very many series the list is made behind the requests: `asOf` says from what.',
        params: projectParams,
        querystring: listQuery,
        response: { 200: seriesList, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { table, page } = await services.series.list(project, queryOf(request.query));
      return reply.send(shownList(table, page));
    },
  );
}

function queryOf(query: {
  search?: string | undefined;
  attribute?: string | string[] | undefined;
  state?: string | undefined;
  class?: string | undefined;
  sort?: SeriesOrder | undefined;
  order?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}): SeriesQuery {
  const { search, attribute = [], state, sort, order, limit = 50, cursor } = query;
  const letters = query.class ?? '';
  return {
    search,
    attributes: Object.fromEntries([attribute].flat().map(attributeOf)),
    states: state?.split(',').map(stateOf),
    abc: letters.match(/[ABC]/)?.[0] as SeriesQuery['abc'],
    xyz: letters.match(/[XYZ]/)?.[0] as SeriesQuery['xyz'],
    sort,
    reversed: order === 'reversed',
    limit,
    cursor,
  };
}

function attributeOf(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new AppError('http/invalid-request', `"${text}" is no attribute: write it as name=value`);
}

function stateOf(text: string): SeriesState {
  const state = seriesStates.find((one) => one === text.trim());
  if (state !== undefined) return state;
  throw new AppError(
    'http/invalid-request',
    `"${text.trim()}" is no state of a series: it is one of ${seriesStates.join(', ')}`,
  );
}

function detailRoute(app: App, { services, project: find }: RouteContext): void {
  const periodText = textOf(40, 'first and last period of the history: a date or time, or a step number');
  app.get(
    '/v1/projects/:project/series/:series',
    {
      schema: {
        tags: ['series'],
        operationId: 'getSeries',
        summary: 'One series with all that is known of it',
        description:
          'Its history with prices and promotions, what would be answered now, what earlier forecasts said at each lead and what came, what is planned, holidays, classes and state. The forecast is made for this answer: it is stored nowhere and graded never.',
        params: seriesParams,
        querystring: Type.Object({ from: periodText, to: periodText }),
        response: { 200: seriesDetail, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { from, to } = request.query;
      const one = await services.series.one(project, {
        series: request.params.series,
        from: from === undefined ? undefined : periodFrom(project, from),
        to: to === undefined ? undefined : periodFrom(project, to),
      });
      return reply.send(shownDetail(project, one));
    },
  );
}

/** Plans of a request: as those of a forecast. */
const plansBodyMax = 1024 * 1024;

function explainRoutes(app: App, { services, project: find }: RouteContext): void {
  const horizon = optional<number>(
    Type.Optional(
      Type.Integer({ minimum: 1, description: "steps ahead; default and most: the project's horizon" }),
    ),
  );
  const described =
    'What would be answered now, taken apart into what drives it, in units. The parts add up to the mean exactly. Nothing is stored.';
  app.get(
    '/v1/projects/:project/series/:series/explain',
    {
      schema: {
        tags: ['series'],
        operationId: 'explainSeries',
        summary: 'Why this number',
        description: described,
        params: seriesParams,
        querystring: Type.Object({ horizon }),
        response: { 200: explanation, ...problems(400, 404, 409) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { series } = request.params;
      const found = await services.series.explain(project, { series, ...request.query });
      return reply.send(shownExplanation(project, found));
    },
  );
  app.post(
    '/v1/projects/:project/series/:series/explain',
    {
      bodyLimit: plansBodyMax,
      schema: {
        tags: ['series'],
        operationId: 'explainPlans',
        summary: 'Why it would be this number under other plans',
        description: `${described} \`future\` is as that of a forecast.`,
        params: seriesParams,
        body: Type.Object(
          { horizon, future: Type.Optional(futureOfForecast) },
          { additionalProperties: false },
        ),
        response: { 200: explanation, ...problems(400, 404, 409, 413) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { series } = request.params;
      const found = await services.series.explain(project, { series, ...request.body });
      return reply.send(shownExplanation(project, found));
    },
  );
}

function exceptionsRoute(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/exceptions',
    {
      schema: {
        tags: ['series'],
        operationId: 'listExceptions',
        summary: 'Which series need a person',
        description:
          "Forecasts that missed by most lately, forecasts far from last year's, and series that sold in the last year and have ended or fallen silent; largest amount first, each with its reason in a sentence.",
        params: projectParams,
        querystring: Type.Object({
          kind: oneOf<ExceptionKind>(exceptionKinds, 'only these; default: all'),
          limit: limitOf(500, 50),
        }),
        response: { 200: seriesExceptions, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { kind, limit = 50 } = request.query;
      const kinds = kind === undefined ? undefined : [kind];
      return reply.send(shownExceptions(await services.series.exceptions(project, { kinds, limit })));
    },
  );
}

function totalsRoute(app: App, { services, project: find }: RouteContext): void {
  app.get(
    '/v1/projects/:project/totals',
    {
      schema: {
        tags: ['series'],
        operationId: 'listTotals',
        summary: 'Totals over series',
        description:
          'By columns that name the series, and attributes. Each total is the sum of its series: value, errors, last year, and the forecasts that were served from the newest closed period on; what is shown adds up to `total`.',
        params: projectParams,
        querystring: Type.Object({
          by: textOf(500, 'columns, separated by commas; none = the total alone'),
          limit: limitOf(1000, 50),
        }),
        response: { 200: seriesTotals, ...problems(400, 404) },
      },
    },
    async (request, reply) => {
      const project = find(request.params.project);
      const { by = '', limit = 50 } = request.query;
      const columns = by === '' ? [] : by.split(',').map((name) => name.trim());
      return reply.send(shownTotals(await services.series.totals(project, { by: columns, limit })));
    },
  );
}
