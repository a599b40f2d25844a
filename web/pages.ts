// The one list of pages, in the order of the menu. A page is a file in pages/ and a line here: docs/guides/add-a-page.md.

import type { texts } from './texts.ts';

export interface PageEntry {
  /** Its file, its path below the server or its project, and its name in the catalogue of texts; `home` lies at `/`. */
  readonly id: keyof typeof texts.pages;
  /** Is it of one project, or of the whole server? */
  readonly of: 'server' | 'project';
  /** After `g`, the letter that opens it. */
  readonly key: string;
}

export const pages: readonly PageEntry[] = [
  { id: 'home', of: 'server', key: 'h' },
  { id: 'alerts', of: 'server', key: 'a' },
  { id: 'jobs', of: 'server', key: 'j' },
  { id: 'system', of: 'server', key: 's' },
  { id: 'forecasts', of: 'project', key: 'f' },
  { id: 'replenishment', of: 'project', key: 'r' },
  { id: 'data', of: 'project', key: 'd' },
  { id: 'drift', of: 'project', key: 'w' },
  { id: 'models', of: 'project', key: 'm' },
  { id: 'runs', of: 'project', key: 'n' },
  { id: 'settings', of: 'project', key: 'e' },
];

/** The path of a page, with the project's place or its name. */
export function pathOf({ id, of }: PageEntry, project: string): string {
  if (id === 'home') return '/';
  return of === 'server' ? `/${id}` : `/projects/${project}/${id}`;
}
