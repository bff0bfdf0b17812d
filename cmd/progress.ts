/**
 * How far something long has come: a bar with rate and remaining time, on a terminal's stderr.
 *
 * @module
 */
import type { Output } from "./output.ts";

/** What is told of a piece of work. */
export interface Progress {
  readonly done: number;
  /** `undefined` while nobody knows. */
  readonly total?: number | undefined;
  /** What is being worked on. */
  readonly label?: string | undefined;
}

const BAR = 24;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

/**
 * A function that shows progress (in bytes, unless `amount` says otherwise) on the line that the next output replaces; nothing is loaded or shown where
 * stderr is no terminal.
 *
 * @example
 * ```ts ignore
 * const show = createProgress(output, () => performance.now());
 * await show({ done: 5_000_000, total: 20_000_000, label: "a.log" });
 * ```
 */
export function createProgress(
  output: Pick<Output, "status" | "shows">,
  now: () => number,
  amount: (done: number) => string = megabytes,
): (progress: Progress) => Promise<void> {
  const started = now();
  if (!output.shows) return () => Promise.resolve();
  return async ({ done, total, label = "" }) => {
    const seconds = (now() - started) / 1000;
    const rate = seconds > 0 ? done / seconds : 0;
    const speed = `${amount(done)}, ${amount(rate)}/s`;
    if (total === undefined || total === 0) return output.status(`${speed}  ${label}`);
    const { default: { Format } } = await import("cli-progress");
    const share = Math.min(done / total, 1);
    const options = {
      barsize: BAR,
      barCompleteString: "#".repeat(BAR + 1),
      barIncompleteString: "-".repeat(BAR + 1),
      barGlue: "",
      autopadding: false,
      autopaddingChar: "  ",
    };
    const left = rate === 0 ? 0 : Math.max(0, Math.round((total - done) / rate));
    const bar = Format.BarFormat(share, options);
    const time = Format.TimeFormat(left, options, 1);
    output.status(`[${bar}] ${Math.floor(share * 100)}% ${speed}, ${time} left  ${label}`);
  };
}
