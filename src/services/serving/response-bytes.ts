// An answer as bytes, some of them held from earlier answers. Apart from the text, since only a server has `Buffer`.

import {
  type ForecastAnswer,
  headJson,
  seriesJson,
  type Templates,
  templatesOf,
} from './forecast-response.ts';

const comma = Buffer.from(',');
const end = Buffer.from(']}');

/** As `responseJson` at once, for answers of few series: what is held of them is copied as it is. */
export function responseBytes(answer: ForecastAnswer): Buffer {
  const parts: Buffer[] = [Buffer.from(headJson(answer))];
  // Not needed where every forecast is held.
  let templates: Templates | undefined;
  for (const [i, forecast] of answer.forecasts.entries()) {
    if (i > 0) parts.push(comma);
    let json = forecast.json ?? undefined;
    if (json === undefined) {
      templates ??= templatesOf(answer);
      json = Buffer.from(seriesJson(forecast, templates));
      if (forecast.json === null) forecast.json = json;
    }
    parts.push(json);
  }
  parts.push(end);
  return Buffer.concat(parts);
}
