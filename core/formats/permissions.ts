/** Mail is nobody's business but its owner's, also when it was exported to a shared folder. */
export const ownerOnly = { file: 0o600, folder: 0o700 } as const;
