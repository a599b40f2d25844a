// A receiver in a process of its own, to be killed: notes what came in a file, a line each, before it answers.
// node bench/alertmanager-receiver.ts hook|mail PORT FILE

import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';

const [kind, port = '0', file = ''] = process.argv.slice(2);
const note = (id: string, path: string, text: string): void =>
  appendFileSync(file, `${JSON.stringify({ id, path, text })}\n`);

if (kind === 'hook')
  createServer((request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => {
      note(String(request.headers['webhook-id'] ?? ''), request.url ?? '', body);
      response.end();
    });
  }).listen(Number(port), '127.0.0.1');
else
  new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    logger: false,
    onData: (stream, _session, done) => {
      let text = '';
      stream.on('data', (part: Buffer) => (text += part.toString('utf8')));
      stream.on('end', () => {
        note(/^Message-ID: <([^@>]*)@/im.exec(text)?.[1] ?? '', 'mail', text);
        done();
      });
    },
  }).listen(Number(port), '127.0.0.1');
