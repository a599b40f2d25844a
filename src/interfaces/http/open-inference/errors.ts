// Errors as the Open Inference Protocol writes them: `{"error": "…"}`.

import { type ErrorShape, messageFor } from '../error-shape.ts';

export const openInferenceErrors: ErrorShape = {
  paths: ['/v2'],
  write: (error, about) => ({
    type: 'application/json',
    text: JSON.stringify({ error: messageFor(error, about) }),
  }),
};
