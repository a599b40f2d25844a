// Where the dashboard starts.

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiProblem } from './api.ts';
import { Live } from './live.ts';
import { LiveContext } from './parts/live-state.tsx';
import { Notices } from './parts/notices.tsx';
import { makeRouter } from './router.tsx';
import { applyTheme, storedTheme } from './theme.ts';

const retriesMax = 2;
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retryDelay: (failures) => 400 * 2 ** failures,
      // Asking again changes nothing where the server has said no.
      retry: (failures, error) =>
        failures < retriesMax &&
        (!(error instanceof ApiProblem) || error.status === 0 || error.status >= 500),
    },
  },
});
const live = new Live(queries);
const router = makeRouter();

applyTheme(storedTheme());
live.start();
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <LiveContext value={live}>
        <Notices>
          <RouterProvider router={router} />
        </Notices>
      </LiveContext>
    </QueryClientProvider>
  </StrictMode>,
);
