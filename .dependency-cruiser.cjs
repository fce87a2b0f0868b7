/** Who may import whom (ARCHITECTURE.md, "Layers"). Each rule names the wall it guards. */
const layer = (name, from, notTo, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: notTo },
});

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    layer('base-is-the-ground', '^core/base', '^core/(?!base)', 'base imports nothing of ours'),
    layer(
      'settings-on-base-only',
      '^core/settings',
      '^core/(?!base|settings)',
      'the window reads the schema too: keep it pure',
    ),
    layer('mail-on-base-only', '^core/mail', '^core/(?!base|mail)', 'mail is the ground of imap and of store'),
    layer(
      'imap-never-imports-store',
      '^core/imap',
      '^core/(?!base|mail|imap)',
      'imap knows the ports of mail, not who implements them',
    ),
    layer('wire-knows-no-mail', '^core/imap/wire', '^core/(?!base|imap/wire)', 'the grammar knows nothing of mail'),
    layer('store-never-imports-imap', '^core/store', '^core/(?!base|mail|store)', 'store implements the ports of mail'),
    layer(
      'formats-on-base-and-mail',
      '^core/formats',
      '^core/(?!base|mail|formats)',
      'mail outside the store knows nothing of the store',
    ),
    layer(
      'transfer-on-mail-and-formats',
      '^core/transfer',
      '^core/(?!base|mail|formats|transfer)',
      'what brings and takes mail works on the ports: command line and administration share it',
    ),
    layer(
      'accounts-on-base-only',
      '^core/accounts',
      '^core/(?!base|accounts)',
      'users and passwords know nothing of mail',
    ),
    layer(
      'services-on-imap-and-settings',
      '^core/services',
      '^core/(?!base|settings|clients|imap|services)',
      'what starts and stops a protocol knows nothing of mail and users',
    ),
    layer(
      'clients-on-base-and-settings',
      '^core/clients',
      '^core/(?!base|settings|clients)',
      'what mail programs are told is made of settings and listeners, never of users',
    ),
    layer(
      'sharing-on-base-and-mail',
      '^core/sharing',
      '^core/(?!base|mail|sharing)',
      'rights stand between imap and store and know neither; who there is comes through a port',
    ),
    layer('admin-is-not-the-command-line', '^core/admin', '^core/cli/', 'the contract does not know its callers'),
    layer(
      'only-the-command-line-and-electron-see-the-server',
      '^core/(?!cli/|server|admin)',
      '^core/(server|cli/)',
      'server.ts is the composition root',
    ),
    layer(
      'core-runs-without-electron',
      '^core',
      '^(electron|renderer)/|node_modules/(electron|svelte)(/|$)',
      'core is plain Node',
    ),
    layer(
      'the-window-sees-the-contract-only',
      '^renderer',
      '^core/(?!admin/(contract|app-calls)|settings|mail/rights|base)|^electron|^node:|node_modules/electron',
      'the window runs in a browser',
    ),
    layer(
      'the-app-sees-the-server-only',
      '^electron',
      '^core/(?!server|settings|admin|autostart|base|version|cli/(log|data-folder)\\.ts)|^renderer',
      'electron hosts the server as it is',
    ),
    layer(
      'only-transfer-is-a-mail-client',
      '^core/(?!transfer)|^electron|^renderer',
      'node_modules/imapflow',
      'what other servers say is looked at in one place',
    ),
    layer(
      'no-tests-in-the-product',
      '^(core|electron|renderer)',
      '^test/|\\.test\\.ts$|node_modules/(vitest|fast-check)',
      'tests import the product, never the other way',
    ),
    { name: 'nothing-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'production-uses-dependencies-only',
      severity: 'error',
      from: { path: '^(core|electron)', pathNot: '\\.test\\.ts$|^electron/vite\\.config\\.ts$' },
      // Electron is what runs the app, not a part of it.
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: '^node_modules/electron/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
