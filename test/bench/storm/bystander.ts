/** What the process is told whose connections are the users at work. */
export interface BystanderOrder {
  readonly port: number;
  /** One connection for each. */
  readonly users: readonly string[];
  readonly password: string;
  /** Messages in everybody's INBOX. */
  readonly messages: number;
  /** Milliseconds between an answer and the next command, on average. */
  readonly pause: number;
}

/** One command of a user at work. */
export interface Sample {
  readonly command: string;
  /** Machine time when it was sent, milliseconds. */
  readonly start: number;
  /** Milliseconds until its tagged reply. */
  readonly time: number;
}

/** What the users at work have seen. */
export interface Watched {
  /** In the order of the answers. */
  readonly samples: readonly Sample[];
  /** When their own process was held up: what else ran on the machine is in their samples then. */
  readonly held: readonly HeldUp[];
}

/** Milliseconds; `start` is machine time. */
export interface HeldUp {
  readonly start: number;
  readonly time: number;
}

/** Messages that one command looks at: what a list on the screen shows at once. */
const FEW = 10;
/** Rounds between two looks at another mailbox, and between two at INBOX anew. */
const STATUS_EVERY = 5;
const SELECT_EVERY = 10;

/**
 * What a mail client sends while its user reads: looks for news, scrolls, opens a message, which marks it as read; now
 * and then it counts another mailbox and opens INBOX anew. INBOX is selected before.
 * @param round from 0; @param messages in INBOX
 */
export function commandsOf(round: number, messages: number): string[] {
  const first = 1 + ((round * FEW) % Math.max(1, messages - FEW + 1));
  const sign = round % 2 === 0 ? '+' : '-';
  return [
    'NOOP',
    `FETCH ${first}:${Math.min(messages, first + FEW - 1)} (UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)`,
    'NOOP',
    `FETCH ${first} (BODY.PEEK[])`,
    `STORE ${first} ${sign}FLAGS (\\Seen)`,
    ...(round % STATUS_EVERY === STATUS_EVERY - 1 ? ['STATUS Projects (MESSAGES UNSEEN UIDNEXT UIDVALIDITY)'] : []),
    ...(round % SELECT_EVERY === SELECT_EVERY - 1 ? ['SELECT INBOX'] : []),
  ];
}
