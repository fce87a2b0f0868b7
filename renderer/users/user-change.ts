/** What is changed of a user in a dialog of its own. */
export type UserChange = 'password' | 'rename' | 'quota' | 'remove';
