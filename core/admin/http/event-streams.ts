import type { ServerResponse } from 'node:http';
import { adminLimits } from '../../base/limits.ts';
import type { AdminApi, AdminEvent } from '../contract.ts';
import { securityHeaders } from './replies.ts';
import type { Caller } from './tokens.ts';

/** Server-sent events (the HTML standard, section 9.2): one `data:` line of JSON each. */
export class EventStreams {
  readonly #streams = new Map<ServerResponse, Caller>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #stop: () => void;

  constructor(admin: AdminApi) {
    this.#stop = admin.onEvent((event) => this.#tellAll(event));
    this.#heartbeat = setInterval(() => this.#beat(), adminLimits.streamHeartbeat).unref();
  }

  get count(): number {
    return this.#streams.size;
  }

  /** False: there are too many. */
  add(response: ServerResponse, caller: Caller): boolean {
    if (this.#streams.size >= adminLimits.streams) return false;
    response.writeHead(200, { ...securityHeaders, 'content-type': 'text/event-stream; charset=utf-8' });
    this.#streams.set(response, caller);
    response.on('close', () => this.#streams.delete(response));
    // Says at once that everything from here on will be told.
    response.write(': connected\n\n');
    return true;
  }

  close(): void {
    this.#stop();
    clearInterval(this.#heartbeat);
    for (const response of this.#streams.keys()) response.destroy();
  }

  #tellAll(event: AdminEvent): void {
    if (this.#streams.size === 0) return;
    const text = `data: ${JSON.stringify(event)}\n\n`;
    for (const [response, caller] of this.#streams) tell(response, caller, text);
  }

  #beat(): void {
    for (const [response, caller] of this.#streams) tell(response, caller, ': still here\n\n');
  }
}

/** Who does not read is cut, and connects anew: what waits for him must not fill the memory. */
function tell(response: ServerResponse, caller: Caller, text: string): void {
  if (!caller.isValid() || response.writableLength > adminLimits.streamBuffer) response.destroy();
  else response.write(text);
}
