import { rm, writeFile } from 'node:fs/promises';
import type { BootService, Owner, ServiceDefinition } from './boot-service.ts';
import type { SystemRun } from './system-run.ts';

const UNIT = 'mailroom.service';
const ACCOUNT = 'mailroom';

/** A unit of systemd, which runs the server as a user of its own. @param file where units are that a person made */
export function systemdService(run: SystemRun, file: string): BootService {
  return {
    async prepare(data) {
      const exists = await run('id', ACCOUNT).then(
        () => true,
        () => false,
      );
      if (!exists) {
        const home = ['--home-dir', data, '--shell', '/usr/sbin/nologin'];
        await run('useradd', '--system', '--user-group', ...home, ACCOUNT);
      }
      await run('chown', '-R', '-h', `${ACCOUNT}:${ACCOUNT}`, data);
    },
    async install(definition) {
      await writeFile(file, unitText(definition), { mode: 0o644 });
      await run('systemctl', 'daemon-reload');
      await run('systemctl', 'enable', '--now', UNIT);
    },
    async remove() {
      await run('systemctl', 'disable', '--now', UNIT).catch(() => ''); // there is none
      await rm(file, { force: true });
      await run('systemctl', 'daemon-reload');
    },
    async giveTo(data, { uid, gid }: Owner) {
      await run('chown', '-R', '-h', `${uid}:${gid}`, data);
    },
  };
}

/**
 * The server may listen below 1024, write its data folder, and little else. What an older systemd does not know (growing
 * pauses: since 254) it leaves out. Told to end it says BYE to everybody, for which it has as long as the app gives it.
 */
export function unitText({ program, args, data }: ServiceDefinition): string {
  return `[Unit]
Description=Mailroom mail server
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
User=${ACCOUNT}
Group=${ACCOUNT}
ExecStart=${[program, ...args, 'serve', '--data', data].map(quoted).join(' ')}
Restart=on-failure
RestartSec=1
RestartSteps=6
RestartMaxDelaySec=300
TimeoutStopSec=30
UMask=0077
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=true
PrivateTmp=true
PrivateDevices=true
ProtectSystem=strict
ProtectHome=read-only
ReadWritePaths=${quoted(data)}
LimitNOFILE=524288

[Install]
WantedBy=multi-user.target
`;
}

/** systemd.syntax(7): C-like escapes in quotes; `%` and `$` have a meaning in commands. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;
}
