/** Timers, passed in so that tests turn the time. */
export interface Timers {
  /** Runs once, so many milliseconds from now. Returns how to call it off. */
  after(milliseconds: number, run: () => void): () => void;
}

/** The system's. They keep no process alive that has nothing else to do. */
export const systemTimers: Timers = {
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
