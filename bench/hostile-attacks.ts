// The attackers of bench `hostile`, each a process of its own: `node bench/hostile-attacks.ts NAME PORT`. Begins, says
// `ready` on standard output, and goes on until it is killed. Comes from 127.0.0.2, so that it is not the healthy client.

import { connect, type Socket } from 'node:net';

const [name = '', port = ''] = process.argv.slice(2);
const from = '127.0.0.2';
const head = 'Host: 127.0.0.1\r\nContent-Type: application/json\r\n';
const observePath = '/v1/projects/shop/observations';
const megabyte = 1024 * 1024;

/** What each does on one connection, and on how many it does it at once. */
const attacks: Readonly<Record<string, { readonly sockets: number; run(socket: Socket): void }>> = {
  connections: {
    sockets: 10_000,
    run: (socket) => socket.write(`GET /health HTTP/1.1\r\n${head}\r\n`),
  },
  slowloris: {
    sockets: 1000,
    run: (socket) => {
      socket.write(`GET /health HTTP/1.1\r\n${head}X: `);
      every(1000, socket, () => socket.write('y'));
    },
  },
  'slow-bodies': {
    sockets: 500,
    run: (socket) => {
      socket.write(`POST ${observePath} HTTP/1.1\r\n${head}Content-Length: ${30 * megabyte}\r\n\r\n`);
      every(1000, socket, () => socket.write(' '.repeat(1000)));
    },
  },
  'large-bodies': {
    sockets: 4,
    run: (socket) => {
      // Not declared, so that it has to be read to be found too large.
      socket.write(`POST ${observePath} HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n`);
      const piece = 512 * 1024;
      const chunk = `${piece.toString(16)}\r\n${' '.repeat(piece)}\r\n`;
      let left = (100 * megabyte) / piece;
      // 25 MB/s each, four of them: a line of a gigabit per second.
      every(20, socket, () => {
        if (left-- > 0) socket.write(chunk);
        else if (left === -1) socket.end('0\r\n\r\n');
      });
    },
  },
  'deep-json': {
    sockets: 4,
    run: (socket) => {
      const deep = '['.repeat(1_000_000);
      socket.write(`POST ${observePath} HTTP/1.1\r\n${head}Content-Length: ${deep.length}\r\n\r\n${deep}`);
    },
  },
  'slow-readers': {
    sockets: 200,
    run: (socket) => {
      // All series: more than fits between here and there.
      socket.write(`POST /v1/projects/shop/forecast HTTP/1.1\r\n${head}Content-Length: 2\r\n\r\n{}`);
      socket.pause();
    },
  },
};

const attack = attacks[name];
if (attack === undefined) throw new Error(`no attack is called ${name}: ${Object.keys(attacks).join(', ')}`);
const { run } = attack;
/** A connection that was closed comes back after this long. */
const againMs = name === 'large-bodies' || name === 'deep-json' ? 200 : 2000;

function open(ready?: () => void): void {
  const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: from });
  socket.on('error', () => undefined);
  socket.on('data', () => undefined);
  socket.once('connect', () => {
    run(socket);
    ready?.();
  });
  socket.once('close', () => setTimeout(() => open(), againMs));
}

function every(ms: number, socket: Socket, act: () => void): void {
  const timer = setInterval(act, ms);
  socket.once('close', () => clearInterval(timer));
}

// A hundred at a time: a connection attempt has to fit into the queue of the server.
const batch = 100;
for (let opened = 0; opened < attack.sockets; opened += batch) {
  const size = Math.min(batch, attack.sockets - opened);
  await Promise.all(Array.from({ length: size }, () => new Promise<void>((ready) => open(ready))));
}
process.stdout.write('ready\n');
// Connections that nobody reads from do not keep a process alive.
setInterval(() => {}, 1000);
