import type { AdminApi, AdminEvent, AdminResult, ArgsOf, CallName, ResultOf } from '../../core/admin/contract.ts';
import { windowLimits } from '../limits.ts';

/** What is answered for a server that does not. */
export const UNREACHABLE = {
  ok: false,
  error: { code: 'refused', message: 'The server does not answer. It may have ended; start it and try again.' },
} as const;

/** The administration over HTTP, for the window in a browser. */
export class HttpAdmin implements AdminApi {
  readonly #origin: string;
  readonly #onStranger: () => void;
  #token: string;
  /** What the server said of the token: one that it does not take it never takes again. */
  #refusal: AdminResult<never> | undefined;
  readonly #listeners = new Set<(event: AdminEvent) => void>();
  /** Ends the stream of events; undefined while nobody listens. */
  #stream: AbortController | undefined;

  /**
   * @param token as `run/admin.json` in the data folder has it, or as a login gave it
   * @param onStranger told when the server does not take the token; it is asked no more until there is another one
   */
  constructor(origin: string, token: string, onStranger: () => void = () => {}) {
    this.#origin = origin;
    this.#token = token;
    this.#onStranger = onStranger;
  }

  async call<Name extends CallName>(name: Name, args: ArgsOf<Name>): Promise<AdminResult<ResultOf<Name>>> {
    return this.#refusal ?? this.#post(name, args);
  }

  /** For the administrator's password, where other computers are let in. The token is taken into use. */
  async logIn(password: string): Promise<AdminResult<{ readonly token: string }>> {
    const reply = await this.#post<{ readonly token: string }>('login', { password });
    if (reply.ok) this.use(reply.value.token);
    return reply;
  }

  /** The token holds no longer, here and on the server. */
  async logOut(): Promise<void> {
    await this.#post('logout', {});
    this.use('');
    await this.#post('server.info', {}); // the server says what is to be done next
  }

  /** The one that is in use. */
  get token(): string {
    return this.#token;
  }

  /** From now on another token; whoever listens hears of events with it. */
  use(token: string): void {
    this.#token = token;
    this.#refusal = undefined;
    this.#stream?.abort();
    this.#stream = undefined;
    if (token !== '' && this.#listeners.size > 0) this.#openStream();
  }

  get #headers(): Readonly<Record<string, string>> {
    return { authorization: `Bearer ${this.#token}` };
  }

  async #post<Value>(path: string, args: unknown): Promise<AdminResult<Value>> {
    const headers = { ...this.#headers, 'content-type': 'application/json' };
    const token = this.#token;
    try {
      const reply = await fetch(`${this.#origin}/api/v1/${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(args),
      });
      const result = (await reply.json()) as AdminResult<Value>;
      // A late reply to a token that is another by now says nothing of that one.
      if (reply.status === 401 && !result.ok && token === this.#token) this.#refused(result);
      return result;
    } catch {
      return UNREACHABLE;
    }
  }

  #refused(refusal: AdminResult<never>): void {
    const isNews = this.#refusal === undefined;
    this.#refusal = refusal;
    if (isNews) this.#onStranger();
  }

  /**
   * One stream for all who listen: a browser opens six connections to a server at most, and a page that took them all
   * for events would never get an answer to a call.
   */
  onEvent(listener: (event: AdminEvent) => void): () => void {
    const listening = (event: AdminEvent) => listener(event); // two may listen with the same function
    this.#listeners.add(listening);
    if (this.#stream === undefined) this.#openStream();
    return () => {
      this.#listeners.delete(listening);
      if (this.#listeners.size > 0) return;
      this.#stream?.abort();
      this.#stream = undefined;
    };
  }

  #openStream(): void {
    this.#stream = new AbortController();
    void this.#listen(this.#stream.signal);
  }

  /** Connects anew when the stream ends, for as long as somebody listens. */
  async #listen(signal: AbortSignal): Promise<void> {
    const tell = (event: AdminEvent) => {
      for (const listener of this.#listeners) listener(event);
    };
    while (!signal.aborted) {
      try {
        // Not EventSource, which can send no token.
        const reply = await fetch(`${this.#origin}/api/v1/events`, { headers: this.#headers, signal });
        // A token that ended never comes back; asking on would only keep others from being heard.
        if (reply.status === 401) return;
        if (reply.ok && reply.body !== null) await readEvents(reply.body, tell);
      } catch {
        // The server has ended, or is being started.
      }
      await new Promise((resolve) => setTimeout(resolve, windowLimits.reconnect));
    }
  }
}

/** One `data:` line of JSON an event (the HTML standard, section 9.2). */
async function readEvents(body: ReadableStream<Uint8Array>, listener: (event: AdminEvent) => void): Promise<void> {
  let rest = '';
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('data: ')) listener(JSON.parse(line.slice('data: '.length)) as AdminEvent);
    }
  }
}
