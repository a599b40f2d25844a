// Errors as MLflow's scoring server writes them: `{"error_code", "message"}`, and plain text for a type that is not read.

import { type ErrorShape, messageFor } from '../error-shape.ts';

const codes: Readonly<Record<number, string>> = {
  403: 'PERMISSION_DENIED',
  404: 'RESOURCE_DOES_NOT_EXIST',
  409: 'RESOURCE_CONFLICT',
  500: 'INTERNAL_ERROR',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

export const scoringErrors: ErrorShape = {
  paths: ['/invocations', '/ping', '/version'],
  write: (error, about) => {
    const message = messageFor(error, about);
    if (about.status === 415) return { type: 'text/plain; charset=utf-8', text: message };
    const code =
      error.code === 'http/not-found' ? 'ENDPOINT_NOT_FOUND' : (codes[about.status] ?? 'BAD_REQUEST');
    return { type: 'application/json', text: JSON.stringify({ error_code: code, message }) };
  },
};
