/**
 * What LanceDB's native part reads from the environment when it is loaded and first used. Imported before it.
 *
 * @module
 */

/**
 * The library's pool has two threads fewer than the machine has cores, but at least one; building a full-text index takes
 * one thread for each part and waits for another one, so that on machines of up to four cores it can wait for ever
 * (lance 8.0, seen with two cores and a million rows). With twice as many threads as cores it cannot.
 */
const THREADS = String(Math.max(8, 2 * navigator.hardwareConcurrency));

Deno.env.set("LANCE_CPU_THREADS", THREADS);
// It warns of every table that it makes.
Deno.env.set("LANCEDB_LOG", "error");
