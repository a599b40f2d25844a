// Begins a training, asked for first.

import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../api.ts';
import { part, send } from '../api.ts';
import { refresh } from '../queries.ts';
import { texts } from '../texts.ts';
import { Confirm } from './dialog.tsx';
import { useNotice } from './notices.tsx';

const words = texts.models;

export function TrainButton({ project }: { project: string }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const say = useNotice();
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        {words.train}
      </button>
      <Confirm
        title={words.trainTitle(project)}
        what={words.trainWhat}
        action={words.train.replace(' …', '')}
        isOpen={isOpen}
        close={() => setOpen(false)}
        act={async (reason) => {
          const path = `/v1/projects/${part(project)}/train`;
          const { created } = await send<api.TrainAccepted>('POST', path, reason === '' ? {} : { reason });
          await refresh(client, ['jobs'], project);
          say(created ? words.trainBegun : words.trainUnderWay);
        }}
      />
    </>
  );
}
