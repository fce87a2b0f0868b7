import { rm, writeFile } from 'node:fs/promises';
import type { BootService, Owner, ServiceDefinition } from './boot-service.ts';
import type { SystemRun } from './system-run.ts';

const LABEL = 'org.mailroom.server';
/** Accounts that nobody logs on with begin with `_` on macOS. */
const ACCOUNT = '_mailroom';
/** Among those that `sysadminctl` gives to such accounts (200 to 400), and none of Apple's. */
const ACCOUNT_ID = '389';

/** A daemon of launchd, which runs the server as a user of its own. @param file where daemons are that a person made */
export function launchdService(run: SystemRun, file: string): BootService {
  return {
    async prepare(data) {
      const exists = await run('/usr/bin/id', ACCOUNT).then(
        () => true,
        () => false,
      );
      if (!exists) {
        const home = ['-home', '/var/empty', '-shell', '/usr/bin/false'];
        await run('/usr/sbin/sysadminctl', '-addUser', ACCOUNT, '-UID', ACCOUNT_ID, '-roleAccount', ...home);
      }
      await run('/usr/sbin/chown', '-R', '-h', ACCOUNT, data);
    },
    async install(definition) {
      await writeFile(file, plistText(definition), { mode: 0o644 });
      await run('/bin/launchctl', 'bootstrap', 'system', file);
    },
    async remove() {
      await run('/bin/launchctl', 'bootout', `system/${LABEL}`).catch(() => ''); // there is none
      await rm(file, { force: true });
    },
    async giveTo(data, { uid, gid }: Owner) {
      await run('/usr/sbin/chown', '-R', '-h', `${uid}:${gid}`, data);
    },
  };
}

/** launchd.plist(5). A server that was told to end exits with 0 and stays away; `KeepAlive` is for one that crashed. */
export function plistText({ program, args, data }: ServiceDefinition): string {
  const words = [program, ...args, 'serve', '--keep-running', '--data', data];
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LABEL}</string>
  <key>UserName</key>
  <string>${ACCOUNT}</string>
  <key>ProgramArguments</key>
  <array>
${words.map((word) => `    <string>${escaped(word)}</string>`).join('\n')}
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <key>ExitTimeOut</key>
  <integer>30</integer>
  <key>Umask</key>
  <integer>63</integer>
  <key>ProcessType</key>
  <string>Interactive</string>
</dict>
</plist>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
