/**
 * Facts and found items as JSON documents, on every surface: times are RFC 3339.
 *
 * @module
 */
import type { Fact, MemoryItem } from "../memory/types.ts";

const iso = (time: number): string => new Date(time).toISOString();

/** A fact. */
export const factBody = (
  { id, name, value, tags, origin, source, audience, created, updated, expires, version }: Fact,
) => ({
  id,
  name,
  value,
  tags,
  origin,
  source,
  audience,
  created: iso(created),
  updated: iso(updated),
  ...(expires === undefined ? {} : { expires: iso(expires) }),
  version,
});

/** Something found. */
export const itemBody = (item: MemoryItem) => ({ ...item, time: iso(item.time) });
