// Root of the bundle that `almanac export --target handler` writes: the model stands before it, as text.

import { bytesOfBase64 } from './embedded.ts';
import { loadForecaster } from './exported-forecaster.ts';
import { createHandlers, type Handlers } from './handler.ts';
import { webPlatform } from './platform.ts';

/** Declared by the line that the export puts before this bundle. */
declare const almanacModel: string;

const platform = webPlatform();
const handlers: Handlers = createHandlers({
  platform,
  load: () => loadForecaster(bytesOfBase64(almanacModel), platform),
});

export const handler: Handlers['handler'] = handlers.handler;
export const fetch: Handlers['fetch'] = handlers.fetch;
/** What workers look for. */
const worker: Pick<Handlers, 'fetch'> = { fetch };
export default worker;
