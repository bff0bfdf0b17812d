/**
 * nmap's XML report as data. Names and banners in it were chosen by the hosts that were scanned.
 *
 * @module
 */
import { SaxesParser } from "saxes";

/** A port of a host, with its place in the XML's characters. */
export interface NmapPort {
  readonly protocol: string;
  readonly port: number;
  readonly state: string;
  readonly reason: string;
  readonly service: string;
  /** Product and version, as far as the probe told. */
  readonly version: string;
  /** True when a probe told the service; false when it is only the port's usual one. */
  readonly probed: boolean;
  readonly start: number;
  readonly end: number;
}

/** A host of the report. */
export interface NmapHost {
  readonly address: string;
  readonly names: readonly string[];
  readonly state: string;
  readonly reason: string;
  readonly timedOut: boolean;
  readonly ports: readonly NmapPort[];
  /** Ports that are not listed one by one: how many in which state, and why. */
  readonly others: readonly { readonly state: string; readonly count: number; readonly reason: string }[];
  readonly start: number;
  readonly end: number;
}

/** A report; `complete` is false when it ends early. */
export interface NmapReport {
  readonly hosts: readonly NmapHost[];
  readonly up: number;
  readonly down: number;
  readonly total: number;
  /** Ports asked for, of each host. */
  readonly services: number;
  readonly elapsed: string;
  readonly error: string;
  readonly complete: boolean;
}

/** A host with more ports than this is cut: 65,535 of TCP and of UDP. */
const MAX_PORTS = 140_000;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads nmap's XML. Never throws: what could be read before an error is there, and `complete` tells.
 *
 * @example
 * ```ts
 * import { readNmap } from "./nmap_xml.ts";
 * console.assert(readNmap("<nmaprun><runstats/></nmaprun>").hosts.length === 0);
 * ```
 */
export function readNmap(xml: string): NmapReport {
  const hosts: NmapHost[] = [];
  const report = { up: 0, down: 0, total: 0, services: 0, elapsed: "", error: "" };
  let complete = false;
  let host:
    | Mutable<Omit<NmapHost, "ports" | "others" | "names">> & {
      ports: NmapPort[];
      others: { state: string; count: number; reason: string }[];
      names: string[];
    }
    | undefined;
  let port: Mutable<NmapPort> | undefined;
  let tagStart = 0;
  const parser = new SaxesParser({ position: true, xmlns: false });
  const number = (text: string | undefined): number => (/^[0-9]{1,10}$/.test(text ?? "") ? Number(text) : 0);
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentagstart", () => {
    tagStart = parser.position;
  });
  const open: Readonly<Record<string, (a: Readonly<Record<string, string>>) => void>> = {
    scaninfo: (a) => void (report.services += number(a.numservices)),
    host: (a) => {
      host = {
        address: "",
        names: [],
        state: "",
        reason: "",
        timedOut: a.timedout === "true",
        ports: [],
        others: [],
        start: tagStart,
        end: tagStart,
      };
    },
    status: (a) => {
      if (host !== undefined) [host.state, host.reason] = [a.state ?? "", a.reason ?? ""];
    },
    address: (a) => {
      if (host !== undefined && a.addrtype !== "mac") host.address = a.addr ?? "";
    },
    hostname: (a) => void host?.names.push(a.name ?? ""),
    port: (a) => {
      port = {
        protocol: a.protocol ?? "",
        port: number(a.portid),
        state: "",
        reason: "",
        service: "",
        version: "",
        probed: false,
        start: tagStart,
        end: tagStart,
      };
    },
    state: (a) => {
      if (port !== undefined) [port.state, port.reason] = [a.state ?? "", a.reason ?? ""];
    },
    service: (a) => {
      if (port === undefined) return;
      port.service = `${a.tunnel === "ssl" ? "ssl/" : ""}${a.name ?? ""}`;
      port.version = [a.product, a.version, a.extrainfo === undefined ? undefined : `(${a.extrainfo})`]
        .filter((part) => part !== undefined && part !== "").join(" ");
      port.probed = a.method === "probed";
    },
    extraports: (a) => void host?.others.push({ state: a.state ?? "", count: number(a.count), reason: "" }),
    extrareasons: (a) => {
      const last = host?.others.at(-1);
      if (last !== undefined && last.reason === "") last.reason = a.reason ?? "";
    },
    finished: (a) => {
      report.elapsed = a.elapsed ?? "";
      if (a.exit === "error") report.error = a.errormsg ?? "nmap ended with an error";
    },
    hosts: (a) =>
      void Object.assign(report, { up: number(a.up), down: number(a.down), total: number(a.total) }),
  };
  parser.on("opentag", (tag) => {
    if (Object.hasOwn(open, tag.name)) open[tag.name]?.(tag.attributes);
  });
  parser.on("closetag", (tag) => {
    if (tag.name === "port" && port !== undefined) {
      port.end = parser.position;
      if (host !== undefined && host.ports.length < MAX_PORTS) host.ports.push(port);
      port = undefined;
    } else if (tag.name === "host" && host !== undefined) {
      host.end = parser.position;
      hosts.push(host);
      host = undefined;
    } else if (tag.name === "nmaprun") complete = true;
  });
  try {
    parser.write(xml).close();
  } catch {
    complete = false;
  }
  return { hosts, ...report, complete };
}
