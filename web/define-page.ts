// What a page is: one file in pages/ and one line in pages.ts. The address holds all that it shows.

import type { ComponentType } from 'react';

/** Reads one parameter of the address; what it cannot read is its default, which is not written. */
export interface Param<T> {
  read(text: string | undefined): T;
  write(value: T): string | undefined;
}

export type Params = Readonly<Record<string, Param<unknown>>>;
export type Values<P extends Params> = { readonly [N in keyof P]: P[N] extends Param<infer T> ? T : never };

export function text(byDefault = ''): Param<string> {
  return {
    read: (given) => (given ?? byDefault).slice(0, 1000),
    write: (value) => (value === byDefault ? undefined : value),
  };
}

export function oneOf<const T extends string>(byDefault: T, ...others: readonly T[]): Param<T> {
  return {
    read: (given) => [byDefault, ...others].find((name) => name === given) ?? byDefault,
    write: (value) => (value === byDefault ? undefined : value),
  };
}

export function whole(byDefault: number): Param<number> {
  return {
    read: (given) => (given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : byDefault),
    write: (value) => (value === byDefault ? undefined : String(value)),
  };
}

/** What a page is given: the project of its address, if it is of one, and the parameters with a way to change them. */
export interface PageProps<P extends Params> {
  readonly project: string;
  readonly search: Values<P>;
  /** Others stay; a new entry in the history unless `replace`. */
  readonly setSearch: (change: Partial<Values<P>>, options?: { replace?: boolean }) => void;
}

export interface Page<P extends Params = Params> {
  readonly search: P;
  readonly View: ComponentType<PageProps<P>>;
}

/** For type inference: `export const page = definePage({ search: { tab: oneOf('a', 'b') }, View })`. */
export function definePage<const P extends Params>(page: Page<P>): Page<Params> {
  return page as unknown as Page<Params>;
}

export function readParams<P extends Params>(params: P, given: Readonly<Record<string, string>>): Values<P> {
  const read = Object.entries(params).map(([name, param]) => [name, param.read(given[name])]);
  return Object.fromEntries(read) as Values<P>;
}

/** Without what is as by default, so that addresses stay short. */
export function writeParams(
  params: Params,
  values: Readonly<Record<string, unknown>>,
): Record<string, string> {
  const written = Object.entries(params).flatMap(([name, param]) => {
    const value = param.write(values[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(written);
}
