// Where the dashboard's pages lie: every page of its list, parts of pages that have an address of their own, and single records.

import { type DashboardWorld, hostile } from './dashboard-world.ts';

export interface PageEntry {
  readonly id: string;
  readonly of: 'server' | 'project';
}
/** Not a plain import: the dashboard is compiled with the types of a browser. */
const web: { readonly pages: readonly PageEntry[]; pathOf(entry: PageEntry, project: string): string } =
  (await import(new URL('../../web/pages.ts', import.meta.url).href)) as {
    pages: readonly PageEntry[];
    pathOf: (entry: PageEntry, project: string) => string;
  };
/** Every page of the list, and parts of pages that have an address of their own. */
export const pages: readonly PageEntry[] = web.pages;
export const pathOf: (entry: PageEntry, project: string) => string = web.pathOf;
export const addresses: readonly string[] = [
  ...pages.map((page) => pathOf(page, 'shop')),
  ...['quarantine', 'sources', 'contract', 'profile', 'snapshots'].map(
    (part) => `/projects/shop/data?part=${part}`,
  ),
  '/projects/shop/forecasts?part=exceptions',
  '/projects/shop/forecasts?part=totals&by=item',
  '/projects/shop/forecasts?part=overrides&overrides=all',
  '/projects/shop/forecasts?series=bread&window=all',
  `/projects/shop/forecasts?series=${encodeURIComponent(hostile)}`,
  '/projects/shop/models?version=1',
  '/projects/kept/settings',
  '/jobs?state=failed',
  '/alerts?state=all',
  '/nothing/here',
];
export const emptyAddresses: readonly string[] = pages
  .filter(({ of }) => of === 'project')
  .map((page) => pathOf(page, 'empty'));

/** Pages of single records, whose ids are known once there are some. */
export async function ofRecords({ client }: DashboardWorld): Promise<string[]> {
  const jobs = await client.jobs({ project: 'shop' });
  const runs = await client.runs('shop');
  const [after, before] = await client.snapshots('shop');
  return [
    ...jobs.slice(0, 1).map(({ id }) => `/jobs?job=${id}`),
    `/projects/shop/runs?compare=${runs
      .map(({ id }) => id)
      .slice(0, 2)
      .join(',')}`,
    `/projects/shop/data?part=snapshots&before=${before?.id}&after=${after?.id}`,
  ];
}
