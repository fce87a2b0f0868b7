// biome-ignore-all lint/suspicious/noTemplateCurlyInString: electron-builder fills in what stands in ${}
import { copyFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type AfterPackContext, Arch, type Configuration } from 'electron-builder';
import { nodeProgram } from './node-program.ts';
import { root } from './window.ts';

/**
 * How the app becomes installers: `npm run package`. What is packed is what was built (`npm run build:app`) and the
 * packages its bundles import, nothing else.
 */

/** With a certificate of one's own the app is signed; without, it is what a person builds for his own computer. */
const signsForApple = Boolean(process.env['CSC_LINK'] || process.env['CSC_NAME']);

/** What the command line has and the app does not: none of its bundles imports them, and the command's has them in it. */
const commandLineOnly = [
  ...['commander', 'cli-progress'],
  ...['string-width', 'strip-ansi', 'ansi-regex', 'emoji-regex', 'is-fullwidth-code-point'],
];

const config: Configuration = {
  appId: 'org.mailroom.app',
  productName: 'Mailroom',
  copyright: 'Copyright © the Mailroom authors. MIT licence.',
  directories: { buildResources: 'build', output: 'dist/installers' },
  // A .deb must name a home page. There is none yet, and .invalid is nobody's; Windows would make a link of it.
  ...(process.platform === 'linux' && { extraMetadata: { homepage: 'https://mailroom.invalid' } }),

  files: [
    'dist/app/**',
    'dist/renderer/**',
    'package.json',
    // Node reads source maps only when told to, and nothing can tell the app to: they would double its size.
    '!**/*.map',
    '!**/*.{ts,cts,mts,tsbuildinfo}',
    // What else lies in packages and is not for running; some files with a dot in front are.
    '!**/node_modules/**/.*/**',
    '!**/node_modules/**/.{editorconfig,eslintignore,nojekyll,npmignore,nvmrc,prettierignore,taprc}',
    '!**/node_modules/**/*.{sh,md,bnf}',
    '!**/node_modules/**/{test,tests,__tests__,examples,example,docs,bench,benchmarks,benchmark}/**',
    ...commandLineOnly.map((name) => `!node_modules/${name}/**`),
  ],
  afterPack: addCommand,
  asar: true,
  // The engine's threads, ES modules all of them, are started from inside the archive: Electron sets up asar in every
  // worker thread. Their names end in .mjs, so that no package.json has to be looked up to know what they are.
  // No package has native code, and nothing is to be unpacked: what lies beside the archive is not checked.
  npmRebuild: false,

  electronFuses: {
    // The app is no Node.js for whoever finds it: the engine is a thread, not a process started this way.
    runAsNode: false,
    // NODE_OPTIONS and NODE_EXTRA_CA_CERTS could load anybody's code into the process that has everybody's mail …
    enableNodeOptionsEnvironmentVariable: false,
    // … and so could a debugger. The window can still be driven by a remote debugging port, which sees no Node.js.
    enableNodeCliInspectArguments: false,
    // What is in the archive is what was packed (Windows and macOS) …
    enableEmbeddedAsarIntegrityValidation: true,
    // … and nothing else is loaded: no folder `app` beside it.
    onlyLoadAppFromAsar: true,
    // There are no cookies; should there ever be, they are not readable by other programs.
    enableCookieEncryption: true,
    // The window is mailroom://: no page comes from file://.
    grantFileProtocolExtraPrivileges: false,
    // We make no snapshot: with this on, Electron would look for a file that is not there.
    loadBrowserProcessSpecificV8Snapshot: false,
  },

  // The address is never asked: the app asks where the setting updates.feed says, and nowhere while that is empty. It
  // stands here because without one neither the feed's files (latest.yml …) nor app-update.yml would be written.
  publish: { provider: 'generic', url: 'https://mailroom.invalid/updates' },

  win: {
    target: [{ target: 'nsis', arch: ['x64'] }],
    icon: 'build/icons/app/icon.ico',
    // Ports below 1024 are free for everybody on Windows.
    requestedExecutionLevel: 'asInvoker',
  },
  nsis: {
    oneClick: false,
    // Which of both is asked; a mail server is first of all the computer's of whoever "does the computers".
    perMachine: false,
    allowElevation: true,
    allowToChangeInstallationDirectory: true,
    include: 'build/installer.nsh',
    // The pages of ours speak English; a wizard in two languages would be worse.
    installerLanguages: ['en_US'],
    artifactName: 'Mailroom-Setup-${version}.${ext}',
    shortcutName: 'Mailroom',
    // build/installer.nsh asks instead, and only about what is in the way.
    deleteAppDataOnUninstall: false,
  },

  mac: {
    target: [
      { target: 'dmg', arch: ['x64', 'arm64'] },
      // What an update is made of.
      { target: 'zip', arch: ['x64', 'arm64'] },
    ],
    icon: 'build/icons/installer/icon.png',
    category: 'public.app-category.productivity',
    // Without a certificate macOS on Apple silicon still wants a signature, one of nobody (ad hoc). Under the hardened
    // runtime such an app may not load its own frameworks.
    ...(signsForApple ? { hardenedRuntime: true } : { hardenedRuntime: false, identity: '-' }),
    gatekeeperAssess: false,
    entitlements: 'build/entitlements.mac.plist',
    entitlementsInherit: 'build/entitlements.mac.plist',
    // No LSUIElement: the icon in the Dock is how somebody who closed the window finds it again.
    extendInfo: {
      NSLocalNetworkUsageDescription:
        'Mailroom fetches mail from another server in your network when you import from it.',
    },
    artifactName: 'Mailroom-${version}-${arch}.${ext}',
  },
  dmg: { title: 'Mailroom ${version}' },

  linux: {
    target: ['AppImage', 'deb'],
    executableName: 'mailroom-app', // `mailroom` is the command
    icon: 'build/icons/installer',
    category: 'Network;Email;Office',
    synopsis: 'Mail server for a small office',
    // A .deb must name somebody; .invalid is an address that can belong to nobody.
    maintainer: 'Mailroom <maintainer@mailroom.invalid>',
    artifactName: 'Mailroom-${version}-${arch}.${ext}',
    desktop: { entry: { Name: 'Mailroom', Keywords: 'mail;imap;server;', StartupNotify: 'false' } },
  },
  deb: {
    packageCategory: 'mail',
    priority: 'optional',
    fpm: [`${join(root, 'build/linux/mailroom')}=/usr/bin/mailroom`],
  },
};

/**
 * The `mailroom` command beside the archive, with Node.js: Electron's program has no terminal on Windows, and the fuses
 * forbid it to be Node.js. What Node.js runs cannot lie in the archive. Not as `extraResources`, which would take the
 * window out of the archive. Runs before the package is signed.
 */
async function addCommand({ electronPlatformName, arch, packager, appOutDir }: AfterPackContext): Promise<void> {
  const platform = electronPlatformName as NodeJS.Platform;
  const resources = packager.getResourcesDir(appOutDir);
  const command = join(resources, 'command');
  const program = await nodeProgram({ platform, arch: Arch[arch] });
  const filter = (file: string) => !file.endsWith('.map');
  await cp(join(root, 'dist/command'), command, { recursive: true, filter });
  await cp(join(root, 'dist/renderer'), join(resources, 'renderer'), { recursive: true, filter });
  await cp(join(root, 'build/command'), join(command, 'bin'), { recursive: true });
  await copyFile(program, join(command, platform === 'win32' ? 'node.exe' : 'node'));
}

export default config;
