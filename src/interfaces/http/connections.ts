// Open connections and the requests under way on them: so that a flood of them finds a bound, and that closing finishes
// requests and drops everything else at once. Node's own `closeIdleConnections` keeps sockets that never sent a request.

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ServingTimers } from '../../services/serving/index.ts';
import { addressGroup } from './address-group.ts';

export interface ConnectionsOptions {
  readonly max: number;
  readonly perAddressMax: number;
  readonly timers: Pick<ServingTimers, 'setTimeout'>;
  /** Called for each connection refused, and for each closed in favour of another. */
  readonly onRefused: () => void;
}

/** Connections over the limit that are kept for a moment, so that their request can be told why it is refused. */
const lingeringMax = 64;
const lingerMs = 1000;

/** The connections of one address. */
interface Address {
  count: number;
  readonly idle: Set<Socket>;
}

interface State {
  requests: number;
  readonly address: Address;
}

export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #states: Map<Socket, State> = new Map();
  readonly #addresses: Map<string, Address> = new Map();
  /** Without a request under way, longest first: sets keep the order in which things came. */
  readonly #idle: Set<Socket> = new Set();
  readonly #lingering: Map<Socket, string> = new Map();
  #requests = 0;
  #closing = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  get open(): number {
    return this.#states.size;
  }

  /** Requests under way on all connections. */
  get requests(): number {
    return this.#requests;
  }

  /** Requests under way on one connection. */
  requestsOn(socket: Socket): number {
    return this.#states.get(socket)?.requests ?? 0;
  }

  /** Why what is sent on a connection is refused, in words; undefined when it is not. */
  refusalOf(socket: Socket): string | undefined {
    return this.#lingering.get(socket);
  }

  watch(server: Server): void {
    server.on('connection', (socket: Socket) => this.#begin(socket));
    server.prependListener('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
      this.#count(socket, 1);
      response.once('close', () => {
        this.#count(socket, -1);
        if (this.#closing && this.requestsOn(socket) === 0) socket.destroySoon();
      });
    });
  }

  #begin(socket: Socket): void {
    const name = addressGroup(socket.remoteAddress ?? '');
    const address = this.#addresses.get(name) ?? { count: 0, idle: new Set() };
    const full = this.#fullness(address);
    if (full !== undefined && !this.#makeRoom(full.idle)) {
      this.#linger(socket, full.of);
      return;
    }
    address.count++;
    this.#addresses.set(name, address);
    this.#states.set(socket, { requests: 0, address });
    this.#rest(socket, address);
    socket.once('close', () => {
      this.#end(socket);
      if (address.count === 0 && this.#addresses.get(name) === address) this.#addresses.delete(name);
    });
  }

  /** Which bound a new connection of an address would break, with the connections that could give way. */
  #fullness({ count, idle }: Address): { of: string; idle: ReadonlySet<Socket> } | undefined {
    const { max, perAddressMax } = this.#options;
    if (count >= perAddressMax) return { of: `${perAddressMax} of your address`, idle };
    return this.#states.size >= max ? { of: String(max), idle: this.#idle } : undefined;
  }

  /** Closes the connection that has been idle for longest; false when all are busy. */
  #makeRoom(idle: ReadonlySet<Socket>): boolean {
    this.#options.onRefused();
    const [longest] = idle;
    if (longest === undefined) return false;
    this.#end(longest);
    longest.destroy();
    return true;
  }

  #linger(socket: Socket, full: string): void {
    if (this.#lingering.size >= lingeringMax) {
      socket.destroy();
      return;
    }
    this.#lingering.set(socket, `all connections are in use (${full})`);
    socket.once('close', () => this.#lingering.delete(socket));
    this.#options.timers.setTimeout(() => socket.destroy(), lingerMs);
  }

  #rest(socket: Socket, address: Address): void {
    this.#idle.add(socket);
    address.idle.add(socket);
  }

  #count(socket: Socket, change: 1 | -1): void {
    this.#requests += change;
    const state = this.#states.get(socket);
    if (state === undefined) return;
    state.requests += change;
    if (state.requests > 0) {
      this.#idle.delete(socket);
      state.address.idle.delete(socket);
    } else this.#rest(socket, state.address);
  }

  #end(socket: Socket): void {
    const state = this.#states.get(socket);
    if (state === undefined) return;
    this.#states.delete(socket);
    this.#idle.delete(socket);
    state.address.idle.delete(socket);
    state.address.count--;
  }

  /** Drops connections without a request; the others go when their last answer is out. */
  close(): void {
    this.#closing = true;
    for (const socket of [...this.#idle, ...this.#lingering.keys()]) socket.destroy();
  }
}
