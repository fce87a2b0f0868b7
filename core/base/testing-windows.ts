/**
 * What Windows does not have, and what stands for it there. The only reasons why a test is not run on Windows: what it
 * guards against cannot happen there, or cannot be brought about.
 */
export const LACKING = {
  'modes of files': 'who may read a file is in its access list: core/base/own-folder.test.ts',
  'a limit of open files': 'a process may have as many as it likes',
  'links for everybody': 'making one needs rights that a user of an office PC does not have',
  'another user by number': 'programs are run as another user with a password only',
  'signals to one process':
    'Ctrl+C goes to all of a console, any other signal is the end by force; `mailroom stop` is tried',
  'small stand-ins for programs': 'only an .exe is a program, and that of Node.js is too large to be fetched in a test',
} as const;

/** For `skipIf`: whether this is Windows, which lacks what the test needs. */
export function lacks(_what: keyof typeof LACKING): boolean {
  return process.platform === 'win32';
}
