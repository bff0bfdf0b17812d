/**
 * Reading a JSON body: within its size, well-formed UTF-8, no key twice.
 *
 * @module
 */
import { PhysiclawError } from "../internal/errors.ts";

const tooLarge = (limit: number): PhysiclawError =>
  new PhysiclawError("too_large", `Cannot read the body: it is larger than ${limit} bytes`);

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const announced = Number(request.headers.get("content-length") ?? "NaN");
  if (announced > limit) throw tooLarge(limit);
  if (announced >= 0) return new Uint8Array(await request.arrayBuffer());
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body ?? []) {
    size += part.byteLength;
    if (size > limit) throw tooLarge(limit);
    parts.push(part);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

/**
 * The first key that an object of well-formed JSON holds twice at its top level; `JSON.parse` would let the last win.
 *
 * @example
 * ```ts
 * import { duplicateKey } from "./body.ts";
 * console.assert(duplicateKey('{"a":1,"a":2}') === "a");
 * console.assert(duplicateKey('{"a":{"b":1},"b":2}') === undefined);
 * ```
 */
export function duplicateKey(json: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const character = json[at];
    if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") depth--;
    else if (character === '"') {
      const start = at++;
      while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
      if (depth !== 1) continue;
      let after = at + 1;
      while (json[after] === " " || json[after] === "\t" || json[after] === "\n" || json[after] === "\r") {
        after++;
      }
      if (json[after] !== ":") continue;
      const key = String(JSON.parse(json.slice(start, at + 1)));
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}

/**
 * The JSON of a request's body. Throws `unsupported_type` for another content type, `too_large` beyond `limit` bytes,
 * `usage` for text that is not UTF-8, not JSON, or has a key twice.
 */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const type = (request.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new PhysiclawError(
      "unsupported_type",
      "Cannot read the body: its content type is not application/json",
    );
  }
  const bytes = await readBytes(request, limit);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new PhysiclawError("usage", "Cannot read the body: it is not UTF-8");
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new PhysiclawError("usage", "Cannot read the body: it is not JSON");
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) {
    throw new PhysiclawError("usage", "Cannot read the body: a key stands twice", {
      fields: [{ field: twice.slice(0, 64), message: "stands twice" }],
    });
  }
  return value;
}
