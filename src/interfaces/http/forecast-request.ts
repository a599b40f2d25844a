// A forecast request that came by another door than HTTP, held to the schema of POST …/forecast.

import type { ForecastRequest } from '../../services/serving/index.ts';
import { forecastRequest } from './schemas.ts';
import { validatorCompiler } from './validate.ts';

const check = validatorCompiler({ schema: forecastRequest, httpPart: 'body', method: 'POST', url: '' });

/** The value, checked. @throws AppError `http/invalid-request` naming the fields at fault */
export function forecastRequestOf(value: unknown): ForecastRequest {
  const checked = check(value) as { value?: ForecastRequest; error?: Error };
  if (checked.error !== undefined) throw checked.error;
  return checked.value as ForecastRequest;
}
