// One mail to a mail server: bounded in time, encrypted unless the route says otherwise, and to no private address unless it may.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { AppError, visibleText } from '../../../core/index.ts';
import type { Mail } from './mail.ts';
import { guardedLookup } from './private-addresses.ts';

export interface Mailing {
  /** `smtp://host:port`, encrypted after the greeting, or `smtps://host:port`, encrypted from the start. */
  readonly url: string;
  readonly isPlain: boolean;
  readonly login: { readonly user: string; readonly pass: string } | undefined;
  readonly privateAddresses: boolean;
  readonly signal: AbortSignal;
}

/** A mail server looks a mail over before it takes it. */
export const mailMs = 30_000;
const answerMax = 65_536;

/**
 * Sends it once; resolves when the server has taken it.
 * @throws AppError `alerts/not-delivered` when nothing answers, or it is not taken
 */
export async function sendMail(mail: Mail, of: Mailing): Promise<void> {
  const url = new URL(of.url);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isTls = url.protocol === 'smtps:';
  const port = Number(url.port || (isTls ? 465 : 587));
  const guard = guardedLookup(url, of);
  const signal = AbortSignal.any([of.signal, AbortSignal.timeout(mailMs)]);
  let socket: Socket | undefined;
  try {
    socket = connect({ host, port, ...guard });
    await once(socket, 'connect', { signal });
    await hand(mail, { ...of, host, port, isTls, socket, signal });
  } catch (error) {
    if (error instanceof AppError) throw error;
    const why = signal.aborted ? `no answer within ${mailMs / 1000} s` : reasonOf(error, of);
    throw new AppError('alerts/not-delivered', `${host}:${port} has not taken the mail: ${why}`, {
      cause: error,
    });
  } finally {
    socket?.destroy();
  }
}

interface Connected extends Mailing {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly socket: Socket;
}

async function hand(mail: Mail, of: Connected): Promise<void> {
  const { host, port, isTls, isPlain, login, socket, signal } = of;
  // Loaded where mail is sent: nobody else waits for it.
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    host,
    port,
    connection: socket,
    secure: isTls,
    requireTLS: !isTls && !isPlain,
    ignoreTLS: isPlain,
    auth: login,
    greetingTimeout: mailMs,
    socketTimeout: mailMs,
    maxResponseSize: answerMax,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  await transport.sendMail({
    ...mail,
    from: { name: 'Almanac', address: mail.from },
    to: { name: '', address: mail.to },
    baseBoundary: mail.messageId.replace(/[^a-z0-9_]/gi, ''),
    xMailer: false,
    // So that no answer of a mailbox comes back as if somebody had written it.
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    signal,
  });
}

/** Servers say why in words of their own; what they say back of a login is not kept. */
function reasonOf(error: unknown, { login }: Mailing): string {
  const { message, code } = error as NodeJS.ErrnoException;
  const said = message || code || 'no reason given';
  return visibleText(login === undefined ? said : said.replaceAll(login.pass, '•••')).slice(0, 300);
}
