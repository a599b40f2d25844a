// The description of the API as clients generate code from it: what the routes say, and what holds for all of them.

import type { App } from './routes/common.ts';

interface Operation {
  requestBody?: {
    required?: boolean;
    content: Record<string, { schema?: { required?: readonly string[] } }>;
  };
  responses: Record<string, { description?: string }>;
  operationId?: string;
  summary?: string;
  description?: string;
  parameters?: { name: string; in: string; description?: string }[];
  tags?: string[];
}

export interface OpenApiDocument {
  security?: readonly object[];
  servers?: { url: string; description: string }[];
  tags?: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
}

/** What any request may be answered with, before its route is reached. */
const everywhere = ['400', '403', '408', '429', '431', '500', '503'];
const problem = {
  description: 'Refused, with the reason',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};
/** What an answer is, where its route says no more of it; each status that is not an error, and the one that `/ready` refuses with. */
const answers: Readonly<Record<string, string>> = {
  200: 'What was asked for',
  201: 'Made, and answered as it is now',
  202: 'Accepted: the job named goes on with it',
  503: 'Not yet: the reasons are in it',
};
/** What is said where nothing is said. */
const nothingSaid = 'Default Response';
/** What a route that takes the connection over sends. */
const events = {
  description: 'Events, for as long as the client listens',
  content: { 'text/event-stream': { schema: { type: 'string' } } },
};
/** Bodies of rows that may be absent: every series is then meant. */
const bodiesLeftOut = ['makeForecastFile'];
/** Bodies of which no field is needed by itself, but some field is. */
const bodiesNeeded = ['withdraw', 'silenceAlert'];
const operations = ['get', 'put', 'post', 'delete', 'patch'];

/** A body all of whose fields may be left out may itself be left out. */
export function openApiDocument(app: Pick<App, 'swagger'>): OpenApiDocument {
  const document = structuredClone(app.swagger()) as unknown as OpenApiDocument;
  document.servers = [{ url: '/', description: 'the server that this document comes from' }];
  // There is no login yet.
  document.security = [];
  for (const path of Object.values(document.paths))
    for (const [method, operation] of Object.entries(path)) {
      if (!operations.includes(method)) continue;
      const { requestBody, responses } = operation;
      if (!Object.keys(responses).some((status) => status.startsWith('2'))) responses['200'] = events;
      for (const [status, answer] of Object.entries(responses))
        if (answer.description === nothingSaid && status in answers)
          answer.description = answers[status] as string;
      for (const status of everywhere) responses[status] ??= problem;
      if (requestBody !== undefined) {
        const { operationId = '' } = operation;
        const isLeftOut = bodiesLeftOut.includes(operationId) || isOptional(requestBody.content);
        requestBody.required = bodiesNeeded.includes(operationId) || !isLeftOut;
      }
    }
  return document;
}

function isOptional(content: NonNullable<Operation['requestBody']>['content']): boolean {
  return Object.values(content).every(
    ({ schema }) => schema !== undefined && 'properties' in schema && (schema.required ?? []).length === 0,
  );
}
