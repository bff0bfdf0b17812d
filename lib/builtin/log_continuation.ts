/**
 * Decides of a line without a time whether it belongs to the record before it.
 *
 * @module
 */
import { looksLikeStart } from "./log_text.ts";
import { beginsTrace, continuesTrace } from "./log_trace.ts";

/** Lines without a time, not indented, that follow one record; from then on each is a record of its own. */
const MAX_LOOSE = 200;

/** What was seen of a file so far, as far as it decides about the next line. */
export class Continuation {
  /** A record is open. */
  any = false;
  /** The record that is open is of no bad level: a trace behind it is a record of its own. */
  quiet = false;
  /** Records of this file carry a time, or are JSON: what doesn't is not one. */
  #structured = false;
  #loose = 0;
  #python = false;
  #go = false;

  /** Takes notice of a record that began by its own look. */
  started(): void {
    this.any = true;
    this.#structured = true;
    this.#loose = 0;
    this.#python = this.#go = false;
  }

  /**
   * Judges a line without a time: `begins` when it begins a trace, `start` when it is some record.
   *
   * @example
   * ```ts
   * import { Continuation } from "./log_continuation.ts";
   * const seen = new Continuation();
   * seen.started();
   * console.assert(seen.judge(new TextEncoder().encode("\tat Foo.bar"), 0, 11) === "continues");
   * ```
   */
  judge(buf: Uint8Array, from: number, to: number): "continues" | "start" | "begins" {
    if (beginsTrace(buf, from, to)) {
      const python = buf[from] === 84, go = buf[from] === 112 || buf[from] === 102;
      const follows = this.any && ((this.#structured && !this.quiet && !go) || (this.#python && python));
      if (!follows) this.#startPlain();
      this.#python = python;
      this.#go = go;
      return follows ? "continues" : "begins";
    }
    if (!this.any) return this.#startPlain();
    if (continuesTrace(buf, from, to)) {
      // "During …", "The above …": another trace of Python comes; "goroutine": one of Go.
      if (buf[from] === 68 || buf[from] === 84) this.#python = true;
      if (buf[from] === 103) this.#go = true;
      return "continues";
    }
    if (this.#python) {
      // The exception itself: the one line of a Python trace that stands at the margin.
      this.#python = false;
      return "continues";
    }
    // A frame of Go's: a call, its arguments in brackets at the end.
    if (this.#go && buf[to - 1] === 41) return "continues";
    if (this.#structured && this.#loose < MAX_LOOSE && !looksLikeStart(buf, from, to)) {
      this.#loose++;
      return "continues";
    }
    return this.#startPlain();
  }

  #startPlain(): "start" {
    this.any = true;
    this.#python = this.#go = false;
    // Once there were too many, single lines stay records until one with a time is seen again.
    if (this.#loose < MAX_LOOSE) this.#loose = 0;
    return "start";
  }
}
