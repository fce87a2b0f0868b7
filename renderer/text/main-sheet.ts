/** The words of the main window. */
export const mainText = {
  title: 'Mailroom',
  tabs: {
    status: '&Status',
    users: '&Users',
    shares: 'S&hared Folders',
    services: 'S&ervices',
    security: 'Se&curity',
    logs: '&Logs',
    general: '&General',
  },
  restart: 'Changed address, port or TLS may end this connection. Open the window at the new address then.',
  help: {
    title: 'Help',
    close: 'Close',
    text: 'F1 in a field explains it, as does the question mark behind it. Ctrl+Tab goes to the next tab, Alt and an underlined letter to what has it in its name. Click the head of a column to sort a list. Services, Properties leads to the settings of the IMAP4 server.',
  },
} as const;

/** The words of the login from another computer. */
export const loginText = {
  title: 'Mailroom',
  text: 'Log in to administer this mail server. The password is the one that was set on its General page.',
  password: 'Administrator password',
  logIn: 'Log in',
} as const;
