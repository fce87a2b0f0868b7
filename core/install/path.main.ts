import { changePath, PATH_KEYS } from './windows-path.ts';

/** What the installer and the uninstaller run: `path.mjs add|remove machine|user FOLDER`. Exit code 1 when it failed. */
const [change, whose, folder = ''] = process.argv.slice(2);
if ((change !== 'add' && change !== 'remove') || (whose !== 'machine' && whose !== 'user') || folder === '') {
  process.exitCode = 2;
} else {
  await changePath(change, folder, PATH_KEYS[whose]).catch((failure: Error) => {
    process.stderr.write(`${failure.message}\n`);
    process.exitCode = 1;
  });
}
