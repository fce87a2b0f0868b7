import { median, percentile } from '../measure.ts';
import type { HeldUp, Sample } from './bystander.ts';
import type { Round, StormCase } from './scene.ts';

/** Milliseconds that commands took. */
export interface Latency {
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
  readonly count: number;
}

/** All connections of a storm coming once: of each number the median of the rounds, unless said otherwise. */
export interface WaveSummary {
  /** Milliseconds from the beginning of the first connection until the last was logged in or refused. */
  readonly answered: number;
  /** Of the slowest connection that was let in: milliseconds from its beginning to the OK. NaN when none was. */
  readonly slowestLogin: number;
  /** Milliseconds from the beginning of a connection to the refusal. NaN when none was refused. */
  readonly refusal: number;
  readonly slowestRefusal: number;
  readonly loggedIn: number;
  readonly refused: number;
  /** Most in any round. */
  readonly failed: number;
  /** Longest in any round. */
  readonly lag: number;
  /** How often in all rounds, and for how long at most, the bystanders' own process was held up. */
  readonly held: { readonly times: number; readonly longest: number };
  readonly before: Latency;
  readonly during: Latency;
}

export interface CaseSummary extends StormCase {
  readonly server: string;
  /** The first coming and the coming again. */
  readonly waves: readonly WaveSummary[];
  /** What bystanders' commands took during all waves of all rounds, by command. */
  readonly commands: Readonly<Record<string, Latency>>;
  /** Different reasons of connections that neither were let in nor refused. */
  readonly failures: readonly string[];
}

/** @param rounds of the same case, one at least */
export function summarize(server: string, stormCase: StormCase, rounds: readonly Round[]): CaseSummary {
  const waves = rounds[0]!.waves.map((_, i) => {
    const of = (value: (wave: Round['waves'][number]) => number) => rounds.map((round) => value(round.waves[i]!));
    return {
      answered: median(of((wave) => wave.ended - wave.began)),
      slowestLogin: median(of((wave) => largest(wave.logins))),
      refusal: median(of((wave) => median(wave.refusals))),
      slowestRefusal: median(of((wave) => largest(wave.refusals))),
      loggedIn: median(of((wave) => wave.logins.length)),
      refused: median(of((wave) => wave.refusals.length)),
      failed: Math.max(...of((wave) => wave.failures.length)),
      lag: Math.max(...of((wave) => wave.lag)),
      held: heldUp(rounds.flatMap((round) => round.waves[i]!.held)),
      before: over(rounds.map((round) => latency(round.before))),
      during: over(rounds.map((round) => latency(round.waves[i]!.during))),
    };
  });
  const all = rounds.flatMap((round) => round.waves);
  return {
    server,
    ...stormCase,
    waves,
    commands: byCommand(all.flatMap(({ during }) => during)),
    failures: [...new Set(all.flatMap(({ failures }) => failures))],
  };
}

function heldUp(events: readonly HeldUp[]): WaveSummary['held'] {
  return { times: events.length, longest: events.reduce((most, { time }) => Math.max(most, time), 0) };
}

/** The medians of the rounds; of the longest the longest. */
function over(rounds: readonly Latency[]): Latency {
  return {
    median: median(rounds.map((round) => round.median)),
    p99: median(rounds.map((round) => round.p99)),
    longest: largest(rounds.map((round) => round.longest)),
    count: rounds.reduce((sum, { count }) => sum + count, 0),
  };
}

function byCommand(samples: readonly Sample[]): Record<string, Latency> {
  const groups = Object.groupBy(samples, ({ command }) => command);
  return Object.fromEntries(Object.entries(groups).map(([command, group]) => [command, latency(group!)]));
}

function latency(samples: readonly Sample[]): Latency {
  const times = samples.map(({ time }) => time);
  return { median: median(times), p99: percentile(times, 0.99), longest: largest(times), count: times.length };
}

function largest(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : values.reduce((most, value) => Math.max(most, value));
}
