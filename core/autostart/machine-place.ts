import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the computer keeps what is nobody's own: the mail of a server that the system starts. */
export interface MachinePlace {
  /** The data folder. */
  readonly data: string;
  /** The file that makes the system start the server; on Windows the key of the registry that says so. */
  readonly definition: string;
}

interface System {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
}

export function machinePlace({ platform, env }: System): MachinePlace {
  if (platform === 'win32') {
    return { data: join(env['ProgramData'] ?? 'C:\\ProgramData', 'Mailroom'), definition: 'HKLM\\Software\\Mailroom' };
  }
  if (platform === 'darwin') {
    const definition = '/Library/LaunchDaemons/org.mailroom.server.plist';
    return { data: '/Library/Application Support/Mailroom', definition };
  }
  return { data: '/var/lib/mailroom', definition: '/etc/systemd/system/mailroom.service' };
}

/** The value of the key that names the data folder, for installer, uninstaller and whoever else administers the computer. */
export const DATA_VALUE = 'DataFolder';

/**
 * The data folder of the server that the system starts; undefined when it starts none. Only an administrator can say so:
 * what others could write would lead everybody to a server of theirs.
 */
export function machineData(system: System): string | undefined {
  const { data, definition } = machinePlace(system);
  if (system.platform === 'win32') return registeredData(system.env, definition);
  return existsSync(definition) ? data : undefined;
}

function registeredData(env: NodeJS.ProcessEnv, key: string): string | undefined {
  const reg = join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'reg.exe');
  try {
    const told = execFileSync(reg, ['query', key, '/v', DATA_VALUE], {
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString('latin1');
    return new RegExp(`${DATA_VALUE}\\s+REG_SZ\\s+(.+?)\\r?$`, 'm').exec(told)?.[1];
  } catch {
    return undefined; // there is no such value
  }
}
