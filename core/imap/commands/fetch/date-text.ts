import { dateTime } from '../../wire/encode.ts';

const DAY = 86_400_000;
const MINUTE = 60_000;
/** Where the time of day stands in `"17-Jul-1996 02:44:25 -0700"`, quotes included. */
const TIME_START = 13;
const TIME_END = 21;

const TWO_DIGITS = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** Writes the date-time of INTERNALDATE; neighbouring messages mostly share the day, and then only the time is new. */
export class DateText {
  #dayStart = Number.NaN;
  #zone = 0;
  #day = '';
  #zoneText = '';

  /**
   * @param time milliseconds since the epoch
   * @param zone minutes east of UTC
   */
  of(time: number, zone: number): string {
    const local = time + zone * MINUTE;
    let ofDay = local - this.#dayStart;
    if (!(ofDay >= 0 && ofDay < DAY && zone === this.#zone)) {
      this.#turnTo(time, zone, local);
      ofDay = local - this.#dayStart;
    }
    const seconds = Math.floor(ofDay / 1000);
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor(seconds / 60) % 60;
    return `${this.#day}${TWO_DIGITS[hours]}:${TWO_DIGITS[minutes]}:${TWO_DIGITS[seconds % 60]}${this.#zoneText}`;
  }

  #turnTo(time: number, zone: number, local: number): void {
    const text = dateTime(time, zone);
    this.#dayStart = Math.floor(local / DAY) * DAY;
    this.#zone = zone;
    this.#day = text.slice(0, TIME_START);
    this.#zoneText = text.slice(TIME_END);
  }
}
