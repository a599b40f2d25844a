// The parts of a page: links, so that each has its address and its place in the history.

import { useNavigate, useRouter } from '@tanstack/react-router';
import type { MouseEvent, ReactNode } from 'react';

/** The first is what the address shows when it names none. */
export function Parts(props: {
  names: Readonly<Record<string, string>>;
  chosen: string;
  label: string;
}): ReactNode {
  const { names, chosen, label } = props;
  const router = useRouter();
  const navigate = useNavigate();
  const follow = (event: MouseEvent, search: object): void => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void navigate({ to: '.', search: search as never });
  };
  return (
    <nav className="parts" aria-label={label}>
      {Object.entries(names).map(([part, name], i) => {
        const search = i === 0 ? {} : { part };
        return (
          <a
            key={part}
            href={router.buildLocation({ to: '.', search: search as never }).href}
            onClick={(event) => follow(event, search)}
            aria-current={part === chosen ? 'page' : undefined}
          >
            {name}
          </a>
        );
      })}
    </nav>
  );
}
