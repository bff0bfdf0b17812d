/**
 * What a single token of a goal is, decided by its form alone.
 *
 * @module
 */
import { targetRange } from "../../../catalog/addresses.ts";

/** Kinds of literals; everything else of a goal is words. */
export type LiteralKind =
  | "url"
  | "email"
  | "addr"
  | "badaddr"
  | "host"
  | "path"
  | "flag"
  | "selector"
  | "date"
  | "clock"
  | "instant"
  | "duration"
  | "ports"
  | "num"
  | "percent"
  | "quoted"
  | "promql"
  | "sql"
  | "blob"
  | "name";

/** Endings that make a token a file's name rather than a host's or a model's. */
const EXTENSIONS = new Set(
  ("csv tsv json jsonl ndjson parquet duckdb db sqlite sqlite3 xlsx xls txt md log gz zst bz2 xz zip tar tgz err out py ipynb tf tfvars " +
    "tfplan tfstate hcl yaml yml toml ini cfg conf sql sh bash pem key crt cer pub html pdf docx avro orc arrow feather pcap jks p12 env lock " +
    "service timer socket xml js ts go java rb rs c cpp ddb").split(" "),
);

/** Endings of systemd units; not files. */
const UNITS = new Set(["service", "timer", "socket", "mount", "target"]);

/** Last labels that make a dotted name a host. */
const HOST_ENDINGS = new Set(
  ("com org net io dev edu gov mil int info biz app ai cloud internal local lan corp home intra test example invalid localdomain arpa " +
    "uk de fr nl es it ch at se no fi dk pl eu us ca au jp cn in br ru co me tv xyz onion").split(" "),
);

/** Pairs that are written with a slash and are words all the same. */
const SLASH_WORDS = new Set(
  ("and or cpu memory mem ram disk network io error errors warning warnings warn err tcp udp in out read write yes no he she his her " +
    "up down name names start stop restart failed pending high medium low get list rx tx on off user users group groups account accounts " +
    "mean median avg min max sum count first last").split(" "),
);

const IPV4_LIKE = /^\d{1,3}(?:\.\d{1,3}){3}(?:[/:-][\d.]{1,15})?$/;
const DOTTED = /^[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63}){1,8}$/i;

/** The last ending of a token, lower case, without the dot; empty when there is none. */
export function extensionOf(text: string): string {
  const slash = text.lastIndexOf("/");
  const dot = text.lastIndexOf(".");
  return dot > slash ? text.slice(dot + 1).toLowerCase() : "";
}

/** Words joined by a slash (`CPU/memory`), or `undefined` when the slash is a path's. */
export function slashWords(text: string): readonly string[] | undefined {
  const parts = text.toLowerCase().split("/");
  return parts.length >= 2 && parts.length <= 4 && parts.every((part) => SLASH_WORDS.has(part))
    ? parts
    : undefined;
}

function pathLike(text: string): boolean {
  if (/^(?:\/|\.{1,2}\/|~\/?)/.test(text)) return text.length > 1 || text === "/" || text === "~";
  if (text.includes("/")) {
    if (/^\d{1,5}\/(?:tcp|udp)$/i.test(text) || /^\d{1,6}\/\d{1,6}$/.test(text)) return false;
    if (/^[a-z]\/[a-z]?$/i.test(text)) return false;
    return /^[\w.@*?[\]{}+:-][\w.@*?[\]{}+,:=-]*(?:\/[\w.@*?[\]{}+,:=~-]*)+$/.test(text);
  }
  const extension = extensionOf(text);
  return extension !== "" && EXTENSIONS.has(extension) && !UNITS.has(extension) &&
    /^[\w*?[\]{}@+-][\w.*?[\]{}@+-]*$/.test(text);
}

/** The kind of a token without blanks, its outer punctuation already taken off; `undefined` for a plain word. */
export function kindOf(text: string): LiteralKind | undefined {
  if (text === "" || text.length > 4096) return text === "" ? undefined : "blob";
  if (/^[a-z][a-z0-9+.-]{1,14}:\/\//i.test(text)) return "url";
  if (/^www\.\S{3,}$/i.test(text)) return "host";
  if (/^[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}$/.test(text)) return "email";
  if (/^--?[A-Za-z]/.test(text)) return "flag";
  if (targetRange(text) !== undefined && (text === "localhost" || /[.:]/.test(text))) {
    return /^[0-9a-f]{1,2}:[0-9a-f]{2}$/i.test(text) ? undefined : "addr";
  }
  if (IPV4_LIKE.test(text)) return "badaddr";
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return "date";
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?$/.test(text)) return "instant";
  if (/^\d{1,2}:\d\d(?::\d\d)?(?:am|pm)?$/i.test(text) || /^\d{1,2}(?:am|pm)$/i.test(text)) return "clock";
  if (/^\d{1,9}(?:\.\d{1,9})?(?:%|percent)$/.test(text)) return "percent";
  if (
    /^\d{1,6}(?:ms|s|sec|secs|m|min|mins|minutes?|h|hr|hrs|hours?|d|days?|w|weeks?|month|months)$/i.test(text)
  ) {
    return "duration";
  }
  if (/^\d{1,15}(?:[.,]\d{1,9})?$/.test(text)) return /^\d{1,5}(?:,\d{1,5})+$/.test(text) ? "ports" : "num";
  if (/^\d{1,5}(?:-\d{1,5})?(?:,\d{1,5}(?:-\d{1,5})?)*$/.test(text)) return "ports";
  if (/^\d{1,5}\/(?:tcp|udp)$/i.test(text)) return "ports";
  if (/^p(?:50|75|80|9\d|99\d)$/i.test(text)) return "name";
  if (/^p(?:orts?)?[:=]?\d{1,5}(?:[-,]\d{1,5})*$/i.test(text)) return "ports";
  if (/^[A-Za-z0-9_./-]{1,80}(?:!=|==?)[^=\s][^\s]{0,200}$/.test(text) && !text.includes("://")) {
    return "selector";
  }
  if (slashWords(text) !== undefined) return undefined;
  if (pathLike(text)) return "path";
  if (DOTTED.test(text) && /[a-z]/i.test(text)) {
    const ending = extensionOf(text);
    if (UNITS.has(ending)) return "name";
    const labels = text.split(".");
    if (HOST_ENDINGS.has(ending) && (labels.length > 2 || !text.includes("_"))) return "host";
    return "name";
  }
  if (
    text.length >= 24 && /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) && /\d/.test(text) && /[a-z]/.test(text) &&
    /[A-Z]/.test(text)
  ) {
    return "blob";
  }
  if (/[\d_]/.test(text) && /[a-z]/i.test(text) && /^[+@*]?[\w.:@*+-]+$/.test(text)) return "name";
  if (/^[a-z0-9]+(?:-[a-z0-9]+)+$/i.test(text)) return "name";
  if (/^[+@]?[A-Za-z][\w.]*[+]?$/.test(text) && /^[+@]|[+]$/.test(text)) return "name";
  if (/^(?:tag|path|source|config|exposure|state|resource_type|package|file|fqn):\S+$/i.test(text)) {
    return "name";
  }
  if (/^[a-z]+[A-Z]\w*$/.test(text)) return "name";
  return undefined;
}
