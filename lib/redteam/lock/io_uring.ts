/**
 * A ring by hand: the kernel opens a socket, connects it and writes, and no such system call is ever made.
 *
 * @module
 */
import { addressOf, bytesOf, inet, memory, type System } from "./system.ts";

/** linux/io_uring.h */
const SETUP_SQPOLL = 2;
const ENTER_GETEVENTS = 1;
const ENTER_SQ_WAKEUP = 2;
const OFFSET_SQES = 0x1000_0000;
const OP = { connect: 16, send: 26, socket: 45 } as const;

const PROT_READ_WRITE = 3;
const MAP_SHARED_POPULATE = 0x8001;

/** A ring with one entry. */
export interface Ring {
  /** Runs one operation; its result, negative for an errno. */
  run(
    operation: keyof typeof OP,
    fields: { fd: number; address?: bigint; length?: number; offset?: bigint },
  ): number;
}

/** Sets up a ring; with `polled` a kernel thread takes what is written, without any further call. */
export function openRing({ sys }: System, polled: boolean): Ring {
  const params = new Uint8Array(120);
  const view = new DataView(params.buffer);
  if (polled) {
    view.setUint32(8, SETUP_SQPOLL, true);
    view.setUint32(16, 10_000, true);
  }
  const fd = sys("io_uring_setup", 4, params);
  const at = (offset: number) => view.getUint32(offset, true);
  const map = (length: number, offset: number) =>
    memory(sys("mmap", 0, length, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd, offset), length);
  // struct io_sqring_offsets at 40, struct io_cqring_offsets at 80; both rings share one mapping.
  const ring = map(4096, 0);
  const entries = map(4096, OFFSET_SQES);
  const [tail, mask, array] = [at(44), at(48), at(64)];
  const [completedHead, completedTail, completedMask, completed] = [at(80), at(84), at(88), at(100)];
  return {
    run(operation, { fd: target, address = 0n, length = 0, offset = 0n }) {
      const next = ring.getUint32(tail, true);
      const index = next & ring.getUint32(mask, true);
      const entry = index * 64;
      for (let byte = 0; byte < 64; byte++) entries.setUint8(entry + byte, 0);
      entries.setUint8(entry, OP[operation]);
      entries.setInt32(entry + 4, target, true);
      entries.setBigUint64(entry + 8, offset, true);
      entries.setBigUint64(entry + 16, address, true);
      entries.setUint32(entry + 24, length, true);
      ring.setUint32(array + index * 4, index, true);
      ring.setUint32(tail, next + 1, true);
      if (!polled) sys("io_uring_enter", fd, 1, 1, ENTER_GETEVENTS, 0, 0);
      // The kernel's thread may sleep when it was just made; waking it is a courtesy that is not needed while it is awake.
      else if (next === 0) {
        try {
          sys("io_uring_enter", fd, 0, 0, ENTER_SQ_WAKEUP, 0, 0);
        } catch {
          // Refused: then it has to be awake.
        }
      }
      const head = ring.getUint32(completedHead, true);
      const deadline = performance.now() + 5_000;
      while (ring.getUint32(completedTail, true) === head) {
        if (performance.now() > deadline) throw new Error("io_uring: nothing came of it");
      }
      const slot = completed + (head & ring.getUint32(completedMask, true)) * 16;
      const result = ring.getInt32(slot + 8, true);
      ring.setUint32(completedHead, head + 1, true);
      return result;
    },
  };
}

/** Opens a connection and writes on it, by the ring alone. */
export function sendByRing(ring: Ring, address: string, port: number, text: string): void {
  const must = (result: number, what: string): number => {
    if (result < 0) throw new Error(`io_uring ${what}: ${-result}`);
    return result;
  };
  const to = inet(address, port);
  const payload = bytesOf(text);
  // IORING_OP_SOCKET: family in fd, type in offset, protocol in length.
  const socket = must(ring.run("socket", { fd: 2, offset: 1n }), "socket");
  must(ring.run("connect", { fd: socket, address: addressOf(to), offset: 16n }), "connect");
  must(ring.run("send", { fd: socket, address: addressOf(payload), length: payload.length }), "send");
}
