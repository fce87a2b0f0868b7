/** What came of a file dialog: neither when it was cancelled. */
export interface Chosen<Value> {
  readonly value?: Value | undefined;
  /** Why it could not be shown, for people. */
  readonly problem?: string;
}

/** Asks a person through the computer's own dialog; never rejects. */
export async function chosenBy<Value>(ask: () => Promise<Value | undefined>): Promise<Chosen<Value>> {
  try {
    return { value: await ask() };
  } catch (failure) {
    return { problem: failure instanceof Error ? failure.message : String(failure) };
  }
}
