// The command palette: every page of every project, and what can be done from anywhere, by a few letters.

import type { ReactNode } from 'react';
import {
  Autocomplete,
  Dialog,
  Input,
  ListBox,
  ListBoxItem,
  Modal,
  ModalOverlay,
  SearchField,
  useFilter,
} from 'react-aria-components';
import { type PageEntry, pages } from '../pages.ts';
import { texts } from '../texts.ts';

interface Command {
  readonly id: string;
  readonly name: string;
  readonly run: () => void;
}

/** Of very many projects the first, as they would not be looked through. */
const projectsMax = 200;

export function Palette(props: {
  isOpen: boolean;
  close: () => void;
  names: readonly string[];
  go: (page: PageEntry, project: string) => void;
  theme: () => void;
}): ReactNode {
  const { isOpen, close } = props;
  return (
    <ModalOverlay isDismissable isOpen={isOpen} onOpenChange={(open) => !open && close()} className="overlay">
      <Modal className="modal palette">
        <Dialog aria-label={texts.palette.title} className="dialog">
          <Commands {...props} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Commands({ close, names, go, theme }: Parameters<typeof Palette>[0]): ReactNode {
  const { contains } = useFilter({ sensitivity: 'base' });
  const commands: Command[] = [
    ...pages
      .filter(({ of }) => of === 'server')
      .map((page) => ({ id: page.id, name: texts.pages[page.id], run: () => go(page, '') })),
    ...names.slice(0, projectsMax).flatMap((project) =>
      pages
        .filter(({ of }) => of === 'project')
        .map((page) => ({
          id: `${project} ${page.id}`,
          name: `${project} · ${texts.pages[page.id]}`,
          run: () => go(page, project),
        })),
    ),
    { id: 'theme', name: texts.theme.turn, run: theme },
  ];
  // Letters of several words, in any order: `ware mod` finds `warehouse · Models`.
  const matches = (name: string, typed: string): boolean =>
    typed.split(/\s+/).every((word) => contains(name, word));
  return (
    <Autocomplete filter={matches}>
      <SearchField aria-label={texts.palette.title} autoFocus>
        <Input placeholder={texts.palette.placeholder} />
      </SearchField>
      <ListBox
        aria-label={texts.palette.title}
        items={commands}
        selectionMode="none"
        className="commands"
        onAction={(key) => {
          close();
          commands.find(({ id }) => id === key)?.run();
        }}
        renderEmptyState={() => texts.palette.nothing}
      >
        {({ id, name }) => <ListBoxItem id={id}>{name}</ListBoxItem>}
      </ListBox>
    </Autocomplete>
  );
}
