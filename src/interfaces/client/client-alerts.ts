// Alerts as typed methods: part of the client.

import type * as api from './api.ts';
import { queryText } from './query-text.ts';

export interface AlertQuery {
  readonly project?: string;
  /** Default: all that are not resolved. */
  readonly state?: api.AlertStateAsked;
  readonly limit?: number;
}

interface Calls {
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: object): Promise<T>;
}

export class ClientAlerts {
  readonly #calls: Calls;

  constructor(calls: Calls) {
    this.#calls = calls;
  }

  /** Those that are open first. */
  list(query: AlertQuery = {}): Promise<api.AlertList> {
    return this.#calls.get(`/v1/alerts${queryText({ ...query })}`);
  }

  get(id: string): Promise<api.Alert> {
    return this.#calls.get(pathOf(id));
  }

  /** Somebody takes care of it. */
  acknowledge(id: string, reason = ''): Promise<api.Alert> {
    return this.#calls.post(`${pathOf(id)}/acknowledge`, { reason });
  }

  /** Nobody is told of it until the silence ends. */
  silence(id: string, request: api.SilenceRequest): Promise<api.Alert> {
    return this.#calls.post(`${pathOf(id)}/silence`, request);
  }

  unsilence(id: string, reason = ''): Promise<api.Alert> {
    return this.#calls.post(`${pathOf(id)}/unsilence`, { reason });
  }

  /** Closes it by hand. */
  resolve(id: string, reason = ''): Promise<api.Alert> {
    return this.#calls.post(`${pathOf(id)}/resolve`, { reason });
  }

  /** Where alerts are sent, and what waits. */
  async routes(): Promise<readonly api.AlertRoute[]> {
    return (await this.#calls.get<api.Page<api.AlertRoute>>('/v1/alert-routes')).items;
  }

  /** Sends a notice of no alert by a route. */
  async testRoute(name: string): Promise<void> {
    await this.#calls.post(`/v1/alert-routes/${encodeURIComponent(name)}/test`, {});
  }
}

function pathOf(id: string): string {
  return `/v1/alerts/${encodeURIComponent(id)}`;
}
