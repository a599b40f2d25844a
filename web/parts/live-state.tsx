// Whether what is shown follows what happens, for all pages.

import { createContext, type ReactNode, useContext, useSyncExternalStore } from 'react';
import type { Live, LiveState } from '../live.ts';
import { texts } from '../texts.ts';

export const LiveContext = createContext<Live | undefined>(undefined);

export function useLiveState(): LiveState {
  const live = useContext(LiveContext);
  return useSyncExternalStore(
    (listener) => live?.subscribe(listener) ?? (() => {}),
    () => live?.state ?? 'lost',
  );
}

export function LiveMark(): ReactNode {
  const state = useLiveState();
  return (
    <span className={`live live-${state}`} role="status" title={texts.live.meaning[state]}>
      <span className="dot" aria-hidden="true" />
      {texts.live.name[state]}
    </span>
  );
}
