import type { FirstUser } from '../engine/messages.ts';

/** What the first start tells, once. The second button copies the password. */
export function firstUserMessage({ userName, password }: FirstUser) {
  return {
    type: 'info' as const,
    title: 'Mailroom',
    message: 'This is the first start. There is one user, and a message waits in the INBOX.',
    detail: `User name: ${userName}\nPassword: ${password}\n\nThe password is shown this once. The page Users can set another.`,
    buttons: ['OK', 'Copy password'],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  };
}
