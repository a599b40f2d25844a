// Starts a job that failed again, asked for first: the same request as a new job.

import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import type * as api from '../../api.ts';
import { part, send } from '../../api.ts';
import { Confirm } from '../../parts/dialog.tsx';
import { useNotice } from '../../parts/notices.tsx';
import * as queries from '../../queries.ts';
import { texts } from '../../texts.ts';

const words = texts.jobs;

export function AgainButton({ job, open }: { job: api.Job; open: (id: string) => void }): ReactNode {
  const { id, pipeline, project } = job;
  const [isOpen, setOpen] = useState(false);
  const client = useQueryClient();
  const say = useNotice();
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        {words.again}
      </button>
      <Confirm
        title={words.againTitle(pipeline)}
        what={words.againWhat}
        action={words.again.replace(' …', '')}
        reason="none"
        isOpen={isOpen}
        close={() => setOpen(false)}
        act={async () => {
          const { jobId, created } = await send<api.TrainAccepted>('POST', `/v1/jobs/${part(id)}/again`, {});
          await queries.refresh(client, ['jobs'], project);
          say(created ? words.begun : words.underWay);
          open(jobId);
        }}
      />
    </>
  );
}
