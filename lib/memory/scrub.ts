/**
 * The one place where secrets are taken out of a text before it is stored or shown.
 *
 * @module
 */
import { scan } from "./scrub/scan.ts";
import type { Mask } from "./scrub/assign.ts";

/** A text that went through a {@link Scrubber}; every store takes only such. */
export type Scrubbed = string & { readonly __scrubbed: unique symbol };

export interface Scrubber {
  /**
   * The text with its secrets masked: `password=[masked:password]`. Scrubbing twice changes nothing more. Takes time
   * linear in the length (about a microsecond for 100 characters), and does not yield: for goals, answers and lines.
   */
  scrub(text: string): Scrubbed;
  /**
   * The same for a tool's output of many megabytes, by a second set of rules as well, giving way to the event loop every
   * few milliseconds (a single secret of many megabytes is one piece of work: about 3 ms a megabyte). Masks are ASCII without quotes or backslashes, so JSON stays JSON and UTF-8 stays UTF-8 (a number
   * that is masked becomes a string); bytes that are not UTF-8 pass through. When nothing is masked, the bytes given.
   */
  maskBytes(
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly masked: number }>;
}

/** A mask can bring two neighbours together so that they look like another secret; no text is known that needs a fourth. */
const MAX_PASSES = 4;

/** Milliseconds of work between two chances for others to run. */
const WORK_MS = 3;

const maskText = ({ label, wrap = "" }: Mask): string => `${wrap}[masked:${label}]${wrap}`;

/**
 * A scrubber. `personal` also masks addresses of mail, international telephone numbers and payment cards.
 *
 * What it cannot see: a secret that stands alone and has no form of its own (a 40-character cloud key without its name, a
 * password in a sentence without the word), and one split over lines.
 *
 * @example
 * ```ts
 * import { createScrubber } from "./scrub.ts";
 * const { scrub } = createScrubber();
 * console.assert(scrub("connect with password=hunter2") === "connect with password=[masked:password]");
 * console.assert(scrub("list accounts without a password") === "list accounts without a password");
 * ```
 */
export function createScrubber(options: { personal?: boolean } = {}): Scrubber {
  const settings = { personal: options.personal ?? false };
  return {
    scrub(text) {
      for (let pass = 0; pass < MAX_PASSES; pass++) {
        const masks = drain(scan(text, settings));
        if (masks.length === 0) break;
        text = apply(text, masks);
      }
      // The one place that makes the brand true.
      return text as Scrubbed;
    },
    async maskBytes(bytes) {
      const breathe = createBreather();
      let text = await decode(bytes, breathe);
      let masked = 0;
      for (let pass = 0; pass < MAX_PASSES; pass++) {
        const own = await drainKindly(scan(text, settings), breathe);
        if (own.length > 0) {
          bytes = await applyToBytes(bytes, own, breathe);
          text = await decode(bytes, breathe);
        }
        const { secondSet } = await import("./scrub/second_set.ts");
        const others = await secondSet(text, breathe);
        if (others.length > 0) {
          bytes = await applyToBytes(bytes, others, breathe);
          text = await decode(bytes, breathe);
        }
        masked += own.length + others.length;
        if (own.length + others.length === 0) break;
      }
      return { bytes, masked };
    },
  };
}

function drain(scanning: Generator<void, readonly Mask[], void>): readonly Mask[] {
  for (;;) {
    const step = scanning.next();
    if (step.done === true) return step.value;
  }
}

async function drainKindly(scanning: Generator<void, readonly Mask[], void>, breathe: Breather) {
  for (;;) {
    const step = scanning.next();
    if (step.done === true) return step.value;
    await breathe();
  }
}

type Breather = () => Promise<void>;

/** Lets others run when this work has had its share of the event loop. */
function createBreather(): Breather {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < WORK_MS) return;
    // Lets timers and input in, as setTimeout does, without its millisecond of waiting.
    await new Promise<void>((resolve) => setImmediate(resolve));
    since = performance.now();
  };
}

function apply(text: string, masks: readonly Mask[]): string {
  let result = "";
  let done = 0;
  for (const mask of masks) {
    result += text.slice(done, mask.start) + maskText(mask);
    done = mask.end;
  }
  return result + text.slice(done);
}

/** Bytes that are turned into text at once. */
const CHUNK = 1 << 18;

/** The bytes as text, one character a byte, so that offsets agree and nothing is lost. */
async function decode(bytes: Uint8Array, breathe: Breather): Promise<string> {
  // TextDecoder's "latin1" is windows-1252, which has other characters at 0x80 to 0x9f.
  const { Buffer } = await import("node:buffer");
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK) {
    const chunk = bytes.subarray(at, at + CHUNK);
    parts.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString("latin1"));
    await breathe();
  }
  return parts.join("");
}

async function applyToBytes(bytes: Uint8Array, masks: readonly Mask[], breathe: Breather) {
  let size = bytes.length;
  for (const mask of masks) size += maskText(mask).length - (mask.end - mask.start);
  const result = new Uint8Array(size);
  const encoder = new TextEncoder();
  let done = 0;
  let at = 0;
  for (const [index, mask] of masks.entries()) {
    result.set(bytes.subarray(done, mask.start), at);
    at += mask.start - done;
    at += encoder.encodeInto(maskText(mask), result.subarray(at)).written;
    done = mask.end;
    if (index % 1024 === 0) await breathe();
  }
  result.set(bytes.subarray(done), at);
  return result;
}
