// The keyboard: what keys do on every page, and the list of them.

import { type ReactNode, useEffect, useRef } from 'react';
import { type PageEntry, pages } from '../pages.ts';
import { texts } from '../texts.ts';
import { Window } from './dialog.tsx';

export interface KeyActions {
  readonly palette: () => void;
  readonly keys: () => void;
  readonly theme: () => void;
  readonly go: (page: PageEntry) => void;
}

/** After `g`, the letter of a page must come within this. */
const pairMs = 1200;

export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    let wentAt = 0;
    const onKey = (event: KeyboardEvent): void => {
      const { palette, keys, theme, go } = latest.current;
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        palette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const isPair = event.timeStamp - wentAt < pairMs;
      wentAt = event.key === 'g' ? event.timeStamp : 0;
      const page = isPair ? pages.find(({ key }) => key === event.key) : undefined;
      if (page) go(page);
      else if (event.key === '?') keys();
      else if (event.key === 't') theme();
      else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('main input[type="search"]');
        if (field === null) return;
        event.preventDefault();
        field.focus();
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}

/** Letters then belong to what is written, or to an open dialog. */
function isTyping(target: EventTarget | null): boolean {
  const inDialog = document.querySelector('[role="dialog"]') !== null;
  return inDialog || (target instanceof HTMLElement && target.closest('input, textarea, select') !== null);
}

export function KeysDialog({ isOpen, close }: { isOpen: boolean; close: () => void }): ReactNode {
  const rows: [readonly string[], string][] = [
    [[texts.palette.key], texts.keys.palette],
    [['/'], texts.keys.search],
    [['t'], texts.keys.theme],
    [['?'], texts.keys.keys],
    ...pages.map(({ id, key }): [string[], string] => [['g', key], texts.keys.open(texts.pages[id])]),
  ];
  return (
    <Window title={texts.keys.title} isOpen={isOpen} close={close}>
      <dl className="keys">
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Window>
  );
}
