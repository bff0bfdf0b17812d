/**
 * Access logs of nginx, Apache and their kin: `"GET /path HTTP/1.1" 200 512 …` behind the time. Their template is method, path
 * without query and variable segments, and status; their level is the status's.
 *
 * @module
 */
import { decode, startsWith } from "./log_bytes.ts";
import { digits } from "./log_clock.ts";
import type { LineHash } from "./log_hash.ts";
import type { LevelNumber } from "./log_level.ts";

interface Access {
  methodTo: number;
  pathFrom: number;
  pathTo: number;
  status: number;
  statusFrom: number;
}

/** Finds the parts of a request; behind the time stands `] "`. */
function find(buf: Uint8Array, timeTo: number, end: number): Access | undefined {
  const open = timeTo + 3;
  let close = open;
  for (; close < end && buf[close] !== 34; close++) if (buf[close] === 92) close++;
  const status = digits(buf, close + 2, 3);
  if (close >= end || buf[close + 1] !== 32 || status < 100 || status > 599) return undefined;
  let methodTo = open;
  while (methodTo < close && buf[methodTo] !== 32) methodTo++;
  const pathFrom = Math.min(close, methodTo + 1);
  let pathTo = pathFrom;
  while (pathTo < close && buf[pathTo] !== 32 && buf[pathTo] !== 63) pathTo++;
  return { methodTo, pathFrom, pathTo, status, statusFrom: close + 2 };
}

/** Whether a request and a status stand behind a time that ends at `timeTo`. */
export function isAccess(buf: Uint8Array, timeTo: number, end: number): boolean {
  return startsWith(buf, timeTo, end, '] "') && find(buf, timeTo, end) !== undefined;
}

/** How many segments of the path tell requests apart: scanners try thousands of paths that aren't there. */
function depth(status: number): number {
  return status >= 500 ? 8 : status >= 400 ? 2 : 4;
}

/** Calls `segment` for each segment of a path that counts. A variable one has two digits, or is longer than 24 bytes. */
function walk(
  buf: Uint8Array,
  access: Access,
  segment: (from: number, to: number, variable: boolean) => void,
): void {
  let left = depth(access.status);
  let from = access.pathFrom;
  let count = 0;
  for (let i = from; i <= access.pathTo && left > 0; i++) {
    const c = i < access.pathTo ? buf[i]! : 47;
    if (c >= 48 && c <= 57) count++;
    if (c !== 47) continue;
    if (i > from) {
      segment(from, i, count > 1 || i - from > 24 || (count === 1 && i - from === 1));
      left--;
    }
    from = i + 1;
    count = 0;
  }
}

/** Puts the request and the status of the line whose time ends at `timeTo` into `hash`. */
export function hashAccess(hash: LineHash, buf: Uint8Array, timeTo: number, end: number): void {
  const access = find(buf, timeTo, end);
  if (access === undefined) return hash.masked(buf, timeTo, end);
  hash.verbatim(buf, timeTo + 3, access.methodTo);
  walk(
    buf,
    access,
    (from, to, variable) => variable ? hash.verbatim(buf, timeTo, timeTo + 1) : hash.verbatim(buf, from, to),
  );
  hash.verbatim(buf, access.statusFrom, access.statusFrom + 3);
}

/** The same as text. */
export function accessText(
  buf: Uint8Array,
  timeTo: number,
  end: number,
): { text: string; level: LevelNumber; from: "field"; exact: boolean } {
  const access = find(buf, timeTo, end);
  if (access === undefined) return { text: decode(buf, timeTo, end), level: 0, from: "field", exact: false };
  const parts: string[] = [];
  walk(buf, access, (from, to, variable) => parts.push(variable ? "<*>" : decode(buf, from, to)));
  const method = decode(buf, timeTo + 3, access.methodTo, 24);
  const level = access.status >= 500 ? 5 : access.status >= 400 ? 4 : 3;
  return { text: `${method} /${parts.join("/")} status_${access.status}`, level, from: "field", exact: true };
}
