// Open sockets and the requests under way on them, so that closing can finish requests and drop everything else at once.
// Node's own `closeIdleConnections` keeps sockets that have not sent a request yet, as clients open in advance.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export class Connections {
  readonly #requests: Map<Socket, number> = new Map();
  #closing = false;

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      this.#requests.set(socket, 0);
      socket.once('close', () => this.#requests.delete(socket));
    });
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const { socket } = request;
      this.#add(socket, 1);
      response.once('close', () => {
        this.#add(socket, -1);
        if (this.#closing && (this.#requests.get(socket) ?? 0) === 0) socket.destroySoon();
      });
    });
  }

  #add(socket: Socket, change: number): void {
    const count = this.#requests.get(socket);
    if (count !== undefined) this.#requests.set(socket, count + change);
  }

  /** Drops sockets without a request; the others go when their last answer is out. */
  close(): void {
    this.#closing = true;
    for (const [socket, count] of this.#requests) if (count === 0) socket.destroy();
  }
}
