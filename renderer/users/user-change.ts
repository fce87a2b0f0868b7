/** What is changed of a user, or shown for him, in a dialog of its own. */
export type UserChange = 'password' | 'rename' | 'quota' | 'remove' | 'setUp';
