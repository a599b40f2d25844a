// What came of an action, said once: seen in a corner, and read out.

import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { texts } from '../texts.ts';

interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

type Say = (text: string, tone?: Notice['tone']) => void;

const NoticeContext = createContext<Say>(() => {});
const shownMs = 8000;
const noticesMax = 4;

export function useNotice(): Say {
  return useContext(NoticeContext);
}

export function Notices({ children }: { children: ReactNode }): ReactNode {
  const [notices, setNotices] = useState<readonly Notice[]>([]);
  const remove = useCallback((id: number) => setNotices((now) => now.filter((one) => one.id !== id)), []);
  const say = useCallback<Say>(
    (text, tone = 'good') => {
      const id = performance.now();
      setNotices((now) => [...now, { id, text, tone }].slice(-noticesMax));
      if (tone === 'good') window.setTimeout(() => remove(id), shownMs);
    },
    [remove],
  );
  const shown = useMemo(
    () =>
      notices.map(({ id, text, tone }) => (
        <li key={id} className={`notice ${tone}`}>
          <span>{text}</span>
          <button type="button" className="plain" onClick={() => remove(id)} aria-label={texts.close}>
            ×
          </button>
        </li>
      )),
    [notices, remove],
  );
  return (
    <NoticeContext value={say}>
      {children}
      <ul className="notices" aria-live="polite" aria-label={texts.notices}>
        {shown}
      </ul>
    </NoticeContext>
  );
}
