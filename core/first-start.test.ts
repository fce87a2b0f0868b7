import { describe, expect, it } from 'vitest';
import type { Directory } from './accounts/directory.ts';
import { firstStart, firstUserName } from './first-start.ts';
import type { MailStore, NewMessage } from './mail/ports.ts';

const clock = { now: () => Date.UTC(2026, 0, 5, 6, 7, 8) };
const random = (octets: number) => new Uint8Array(octets).fill(7);

function fakeDirectory(users: string[]): Directory {
  const info = (name: string) => ({
    name,
    accountId: `id-of-${name}`,
    disabled: false,
    createdAt: 0,
    quota: undefined,
  });
  const directory: Pick<Directory, 'list' | 'add' | 'remove'> = {
    list: () => users.map(info),
    add: async (name) => {
      users.push(name);
      return info(name);
    },
    remove: async (name) => {
      users.splice(users.indexOf(name), 1);
      return info(name);
    },
  };
  return directory as Directory;
}

function fakeStore(appended: [string, string, NewMessage][], failure?: Error): MailStore {
  const account = async (id: string) => ({
    append: async (mailbox: string, [message]: NewMessage[]) => {
      if (failure !== undefined) throw failure;
      appended.push([id, mailbox, message!]);
    },
  });
  return { account } as unknown as MailStore;
}

describe('the first start', () => {
  it('makes one user with a password and a message that a mail client can show', async () => {
    const users: string[] = [];
    const appended: [string, string, NewMessage][] = [];
    const first = await firstStart({
      directory: fakeDirectory(users),
      store: fakeStore(appended),
      clock,
      random,
      wishedName: 'Karen',
      host: 'office.example',
    });
    expect(first?.userName).toBe('karen');
    expect(users).toEqual(['karen']);
    const [[id, mailbox, message]] = appended as [[string, string, NewMessage]];
    expect([id, mailbox]).toEqual(['id-of-karen', 'INBOX']);
    const text = Buffer.from(message.bytes).toString('latin1');
    expect(text).toContain('Date: Mon, 05 Jan 2026 06:07:08 +0000\r\n');
    expect(text).toContain(`Message-ID: <${'07'.repeat(16)}@office.example>\r\n`);
    expect(text).not.toContain(first!.password);
    // RFC 5322 section 2.1.1: lines of at most 78 characters, each ended by CRLF, all of them ASCII.
    expect(text.endsWith('\r\n')).toBe(true);
    for (const line of text.slice(0, -2).split('\r\n')) expect(line).toMatch(/^[\x20-\x7e]{0,78}$/);
  });

  it('adds nobody where there are users', async () => {
    const users = ['olaf'];
    const first = await firstStart({ directory: fakeDirectory(users), store: fakeStore([]), clock, random });
    expect(first).toBeUndefined();
    expect(users).toEqual(['olaf']);
  });

  it('leaves no user behind whose password nobody has seen, when the message cannot be stored', async () => {
    const users: string[] = [];
    const failing = fakeStore([], new Error('the disk is full'));
    await expect(firstStart({ directory: fakeDirectory(users), store: failing, clock, random })).rejects.toThrow(
      'full',
    );
    expect(users).toEqual([]);
  });
});

describe('the name of the first user', () => {
  it.each([
    ['Karen', 'karen'],
    ['Jürgen Groß', 'jurgen.gro'],
    ['OFFICE\\karen', 'office.karen'],
    ['root', 'mail'],
    ['Administrator', 'mail'],
    ['-', 'mail'],
    ['松本', 'mail'],
  ])('of %s is %s', (system, name) => {
    expect(firstUserName(system)).toBe(name);
  });
});
