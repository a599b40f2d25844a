// The API as the pages ask it: typed by its contract, every refusal an `ApiProblem` with code and hint.

import type * as api from '../src/interfaces/http/contract.ts';

export type * from '../src/interfaces/http/contract.ts';

export type Query = Readonly<Record<string, string | number | undefined>>;

/** What the server refused, or that it cannot be reached (`status` 0). */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string;
  readonly requestId: string;
  readonly fields: readonly { readonly field: string; readonly message: string }[];

  constructor(problem: Partial<api.Problem>) {
    super(problem.detail ?? problem.title ?? '');
    this.status = problem.status ?? 0;
    this.code = problem.code ?? '';
    this.hint = problem.hint ?? '';
    this.requestId = problem.requestId ?? '';
    this.fields = problem.errors ?? [];
  }
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return await ask<T>(path + queryText(query), signal === undefined ? {} : { signal });
}

/** The items of a list. */
export async function list<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<readonly T[]> {
  return (await get<api.Page<T>>(path, query, signal)).items;
}

export async function send<T>(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  signal: AbortSignal | null = null,
): Promise<T> {
  if (body === undefined) return await ask<T>(path, { method, signal });
  const headers = { 'content-type': 'application/json' };
  return await ask<T>(path, { method, headers, body: JSON.stringify(body), signal });
}

/** One part of a path, whatever it holds. */
export function part(text: string): string {
  return encodeURIComponent(text);
}

function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
}

async function ask<T>(path: string, init: RequestInit): Promise<T> {
  const response = await fetch(path, {
    ...init,
    headers: { accept: 'application/json', ...init.headers },
  }).catch((error: unknown) => {
    if ((error as Error).name === 'AbortError') throw error;
    throw new ApiProblem({ status: 0 });
  });
  if (response.ok) return (await response.json()) as T;
  const text = await response.text();
  throw new ApiProblem({ status: response.status, ...problemIn(text) });
}

function problemIn(text: string): Partial<api.Problem> {
  try {
    return JSON.parse(text) as Partial<api.Problem>;
  } catch {
    return { detail: text.slice(0, 500) };
  }
}
