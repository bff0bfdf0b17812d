/**
 * A process beside the locked one, of the same user and outside the lock: it holds a connection, and sends what its memory
 * says when it is told to. What the attacks want is to have it send something else.
 *
 * @module
 */
import { FAR, FAR_PORT } from "./attacks.ts";
import { addressOf, inet, sys } from "./system.ts";

const words = new TextEncoder().encode("harmless");
const socket = sys("socket", 2, 1, 0);
sys("connect", socket, inet(FAR, FAR_PORT), 16);
console.log(JSON.stringify({ pid: Deno.pid, address: String(addressOf(words)), socket }));
await new Response(Deno.stdin.readable).text();
sys("write", socket, words, words.length);
