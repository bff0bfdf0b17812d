/**
 * Facts of a hosts file: which name has which address.
 *
 * @module
 */
import ipaddr from "ipaddr.js";
import { checkRow, collect, type FileFact, type FileFacts, type LineError } from "./rows.ts";

/**
 * One fact for each name of `10.0.0.5 db1 db1.internal # primary`: the name, the address as its value, and as tags
 * `hosts`, the other names of the line and its comment.
 *
 * @example
 * ```ts
 * import { readHosts } from "./hosts.ts";
 * const { facts } = readHosts("10.0.0.5 db1 db1.internal # primary\n");
 * console.assert(facts.length === 2 && facts[0]?.value === "10.0.0.5" && facts[0].tags?.join() === "hosts,db1.internal,primary");
 * ```
 */
export function readHosts(text: string): FileFacts {
  const rows: (FileFact | LineError)[] = [];
  for (const [index, raw] of text.replace(/^\uFEFF/, "").split("\n").entries()) {
    const line = index + 1;
    const [entry = "", ...rest] = raw.split("#");
    const comment = rest.join("#").trim();
    const [address = "", ...names] = entry.trim().split(/\s+/);
    if (address === "") continue;
    if (
      !ipaddr.isValid(address.replace(/%.*$/, "")) ||
      /^[\d.]+$/.test(address) && !ipaddr.IPv4.isValidFourPartDecimal(address)
    ) {
      rows.push({ line, message: "it does not begin with an address" });
    } else if (names.length === 0) rows.push({ line, message: "it names no host" });
    else {
      for (const name of names) {
        const tags = [
          "hosts",
          ...names.filter((other) => other !== name),
          ...(comment === "" ? [] : [comment]),
        ];
        rows.push(checkRow(line, { name, value: address, tags }));
      }
    }
  }
  return collect(rows);
}
