// Addresses: a route for every page of the list, loaded when it is first opened. What lies in the address is text.

import {
  type AnyRouter,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  useNavigate,
  useParams,
  useSearch,
} from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect } from 'react';
import { type Page, readParams, type Values, writeParams } from './define-page.ts';
import { type PageEntry, pages, pathOf } from './pages.ts';
import { Failed } from './parts/states.tsx';
import { NoSuchPage, Shell } from './shell.tsx';
import { texts } from './texts.ts';

/** One chunk for each file in pages/. The bundler fills this in. */
const files: Readonly<Record<string, () => Promise<unknown>>> = import.meta.glob('./pages/*.tsx');

async function loadPage({ id }: PageEntry): Promise<Page> {
  const file = files[`./pages/${id}.tsx`];
  if (file === undefined) throw new Error(`pages/${id}.tsx is missing`);
  return ((await file()) as { page: Page }).page;
}

export function makeRouter(): AnyRouter {
  const root = createRootRoute({
    component: Shell,
    notFoundComponent: NoSuchPage,
    errorComponent: ({ error }) => <Failed error={error} />,
  });
  const routes = pages.map((entry) =>
    createRoute({
      getParentRoute: () => root,
      path: pathOf(entry, '$project'),
      component: lazyRouteComponent(async () => {
        const page = await loadPage(entry);
        return { default: () => <Framed entry={entry} page={page} /> };
      }),
      errorComponent: ({ error }) => <Failed error={error} />,
    }),
  );
  return createRouter({
    routeTree: root.addChildren(routes),
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const text = new URLSearchParams(search as Record<string, string>).toString();
      return text === '' ? '' : `?${text}`;
    },
    defaultPreload: 'intent',
    scrollRestoration: true,
  });
}

/** Gives a page what its address says, read by its own parameters. */
function Framed({ entry, page }: { entry: PageEntry; page: Page }): ReactNode {
  const given = useSearch({ strict: false }) as Record<string, string>;
  const { project = '' } = useParams({ strict: false }) as { project?: string };
  const navigate = useNavigate();
  const search = readParams(page.search, given);
  const setSearch = useCallback(
    (change: Partial<Values<typeof page.search>>, { replace = false }: { replace?: boolean } = {}) => {
      void navigate({
        to: '.',
        replace,
        resetScroll: false,
        search: ((now: Record<string, string>) =>
          writeParams(page.search, { ...readParams(page.search, now), ...change })) as never,
      });
    },
    [navigate, page],
  );
  useEffect(() => {
    document.title = [texts.pages[entry.id], project, texts.product]
      .filter((name) => name !== '')
      .join(' · ');
  }, [entry, project]);
  return <page.View project={project} search={search} setSearch={setSearch} key={project} />;
}
