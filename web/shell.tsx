// What stands around every page: the menu, the project, search, whether it is live, and the keys.

import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useParams, useRouterState } from '@tanstack/react-router';
import { type ReactNode, useCallback, useState } from 'react';
import { type PageEntry, pages, pathOf } from './pages.ts';
import { DemoBar } from './parts/demo-bar.tsx';
import { KeysDialog, useKeys } from './parts/keys.tsx';
import { LiveMark } from './parts/live-state.tsx';
import { Palette } from './parts/palette.tsx';
import { projects } from './queries.ts';
import { texts } from './texts.ts';
import { applyTheme, storedTheme, themes } from './theme.ts';

/** The project of the address, else the first there is: what the menu leads to. */
function useProject(): { names: readonly string[]; chosen: string } {
  const { project } = useParams({ strict: false }) as { project?: string };
  const names = (useQuery(projects()).data ?? []).map(({ name }) => name);
  return { names, chosen: project ?? names[0] ?? '' };
}

export function Shell(): ReactNode {
  const [opened, setOpened] = useState<'palette' | 'keys' | undefined>();
  const [theme, setTheme] = useState(storedTheme);
  const { names, chosen } = useProject();
  const navigate = useNavigate();
  const turnTheme = useCallback(() => {
    const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'auto';
    applyTheme(next);
    setTheme(next);
  }, [theme]);
  const go = useCallback(
    (entry: PageEntry, project: string) => {
      if (entry.of === 'server' || project !== '') void navigate({ to: pathOf(entry, project) });
    },
    [navigate],
  );
  useKeys({
    palette: () => setOpened('palette'),
    keys: () => setOpened('keys'),
    theme: turnTheme,
    go: (entry) => go(entry, chosen),
  });
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {texts.shell.skip}
      </a>
      <header className="bar">
        <Link to="/" className="brand">
          {texts.product}
        </Link>
        <button type="button" className="search" onClick={() => setOpened('palette')}>
          <span>{texts.palette.open}</span>
          <kbd>{texts.palette.key}</kbd>
        </button>
        <LiveMark />
        <button type="button" className="plain" onClick={turnTheme} title={texts.theme.turn}>
          {texts.theme.name[theme]}
        </button>
        <button
          type="button"
          className="plain"
          onClick={() => setOpened('keys')}
          aria-label={texts.keys.title}
          title={texts.keys.title}
        >
          ?
        </button>
      </header>
      <Menu names={names} chosen={chosen} />
      <DemoBar />
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <Palette
        isOpen={opened === 'palette'}
        close={() => setOpened(undefined)}
        names={names}
        go={go}
        theme={turnTheme}
      />
      <KeysDialog isOpen={opened === 'keys'} close={() => setOpened(undefined)} />
    </div>
  );
}

function Menu({ names, chosen }: { names: readonly string[]; chosen: string }): ReactNode {
  const { project: here } = useParams({ strict: false }) as { project?: string };
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const navigate = useNavigate();
  const item = (entry: PageEntry): ReactNode => (
    <li key={entry.id}>
      <Link to={pathOf(entry, chosen)} activeOptions={{ exact: entry.id === 'home' }} className="menu-item">
        {texts.pages[entry.id]}
      </Link>
    </li>
  );
  const ofProject = pages.filter(({ of }) => of === 'project');
  return (
    <nav className="menu" aria-label={texts.shell.menu}>
      <ul>{pages.filter(({ of }) => of === 'server').map(item)}</ul>
      {chosen !== '' && ofProject.length > 0 && (
        <>
          <label className="project-choice">
            <span>{texts.shell.project}</span>
            <select
              value={here ?? chosen}
              onChange={({ target }) => {
                const page =
                  here === undefined ? ofProject[0] : ofProject.find(({ id }) => path.endsWith(`/${id}`));
                if (page) void navigate({ to: pathOf(page, target.value) });
              }}
            >
              {names.includes(chosen) ? null : <option>{chosen}</option>}
              {names.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          <ul>{ofProject.map(item)}</ul>
        </>
      )}
    </nav>
  );
}

export function NoSuchPage(): ReactNode {
  return (
    <>
      <h1>{texts.states.noPage}</h1>
      <p>
        <Link to="/">{texts.pages.home}</Link>
      </p>
    </>
  );
}
