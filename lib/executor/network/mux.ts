/**
 * Many byte streams over one pair of pipes, each with its own window, so that a stream that nobody reads stops no other.
 *
 * The forwarder's two ends speak it: the helper inside the namespace and the runner outside have a pipe between them and
 * nothing else, no socket that anyone could find.
 *
 * @module
 */

const READY = 0;
const OPEN = 1;
const DATA = 2;
const END = 3;
const RESET = 4;
const CREDIT = 5;

/** Type (1 byte), stream (4), length (4), all big-endian. */
const HEADER = 9;
const MAX_PAYLOAD = 64 * 1024;
/** Bytes one side may have sent that the other has not taken yet. */
const WINDOW = 256 * 1024;
/** Streams at once; an HTTP client opens a handful. */
const MAX_STREAMS = 128;

/** One byte stream. */
export interface Channel {
  /** The next piece; `undefined` at the other side's end. Rejects when the stream was reset. */
  read(): Promise<Uint8Array | undefined>;
  /** Resolves when the bytes are on their way; waits while the other side's window is full. */
  write(bytes: Uint8Array): Promise<void>;
  /** No more bytes from here. */
  end(): Promise<void>;
  /** Gives the stream up in both directions. Idempotent. */
  reset(): void;
}

/** The two pipes, and what to do with what arrives. */
export interface MuxOptions {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** A stream that the other side opened. */
  readonly onOpen?: (channel: Channel) => void;
  /** The other side's greeting, at most once. */
  readonly onReady?: (text: string) => void;
}

/** One end of the pipe pair. */
export interface Mux {
  /** Opens a stream; throws when the pipe is gone or too many are open. */
  open(): Channel;
  ready(text: string): Promise<void>;
  /** Resolves when the pipe ended, for whatever reason; every stream is reset by then. */
  readonly closed: Promise<void>;
  close(): void;
}

interface State {
  readonly inbox: Uint8Array[];
  held: number;
  owed: number;
  credit: number;
  ended: boolean;
  sentEnd: boolean;
  dead: boolean;
  wakeRead: (() => void) | undefined;
  wakeWrite: (() => void) | undefined;
}

const gone = (): Error => new Error("The stream was reset");

/**
 * One end of a multiplexed pipe pair. A frame that breaks the protocol closes the whole pipe.
 *
 * @example
 * ```ts
 * import { createMux } from "./mux.ts";
 * const a = new TransformStream<Uint8Array, Uint8Array>();
 * const b = new TransformStream<Uint8Array, Uint8Array>();
 * const left = createMux({ readable: a.readable, writable: b.writable });
 * createMux({ readable: b.readable, writable: a.writable, onOpen: (channel) => void channel.end() });
 * console.assert(await left.open().read() === undefined);
 * ```
 */
export function createMux(options: MuxOptions): Mux {
  const streams = new Map<number, State>();
  const writer = options.writable.getWriter();
  const reader = options.readable.getReader();
  let next = 1;
  let over = false;

  const send = async (type: number, id: number, payload: Uint8Array = new Uint8Array()): Promise<void> => {
    const frame = new Uint8Array(HEADER + payload.length);
    const view = new DataView(frame.buffer);
    view.setUint8(0, type);
    view.setUint32(1, id);
    view.setUint32(5, payload.length);
    frame.set(payload, HEADER);
    await writer.write(frame);
  };
  /** For frames whose loss is noticed by the end of the pipe anyway. */
  const post = (type: number, id: number, payload?: Uint8Array): void => {
    send(type, id, payload).catch(() => finish());
  };

  const wake = (state: State): void => {
    state.wakeRead?.();
    state.wakeWrite?.();
  };
  const kill = (id: number, state: State): void => {
    state.dead = true;
    state.inbox.length = 0;
    streams.delete(id);
    wake(state);
  };

  let resolveClosed = (): void => {};
  const closed = new Promise<void>((resolve) => resolveClosed = resolve);
  const finish = (): void => {
    if (over) return;
    over = true;
    for (const [id, state] of [...streams]) kill(id, state);
    // Either may be broken already; that is why this end gives up.
    reader.cancel().catch(() => {});
    writer.close().catch(() => {});
    resolveClosed();
  };

  const retire = (id: number, state: State): void => {
    if (state.ended && state.sentEnd && state.inbox.length === 0) streams.delete(id);
  };

  const create = (id: number): Channel => {
    const state: State = {
      inbox: [],
      held: 0,
      owed: 0,
      credit: WINDOW,
      ended: false,
      sentEnd: false,
      dead: false,
      wakeRead: undefined,
      wakeWrite: undefined,
    };
    streams.set(id, state);
    return {
      async read() {
        while (state.inbox.length === 0) {
          if (state.dead) throw gone();
          if (state.ended) return undefined;
          await new Promise<void>((resolve) => state.wakeRead = resolve);
          state.wakeRead = undefined;
        }
        const piece = state.inbox.shift();
        if (piece === undefined) return undefined;
        state.held -= piece.length;
        state.owed += piece.length;
        if (state.owed >= WINDOW / 4 && !state.ended) {
          const amount = new Uint8Array(4);
          new DataView(amount.buffer).setUint32(0, state.owed);
          state.owed = 0;
          post(CREDIT, id, amount);
        }
        retire(id, state);
        return piece;
      },
      async write(bytes) {
        for (let at = 0; at < bytes.length;) {
          while (state.credit === 0 && !state.dead) {
            await new Promise<void>((resolve) => state.wakeWrite = resolve);
            state.wakeWrite = undefined;
          }
          if (state.dead || state.sentEnd) throw gone();
          const size = Math.min(bytes.length - at, state.credit, MAX_PAYLOAD);
          state.credit -= size;
          await send(DATA, id, bytes.subarray(at, at + size));
          at += size;
        }
      },
      async end() {
        if (state.dead || state.sentEnd) return;
        state.sentEnd = true;
        await send(END, id);
        retire(id, state);
      },
      reset() {
        if (state.dead) return;
        const known = streams.get(id) === state;
        kill(id, state);
        if (known && !over) post(RESET, id);
      },
    };
  };

  const take = (type: number, id: number, payload: Uint8Array): void => {
    if (type === READY) return options.onReady?.(new TextDecoder().decode(payload));
    if (type === OPEN) {
      if (options.onOpen === undefined || streams.has(id)) throw new Error("Unexpected opening of a stream");
      if (streams.size >= MAX_STREAMS) return post(RESET, id);
      return options.onOpen(create(id));
    }
    const state = streams.get(id);
    // Frames for a stream that was just given up here are on their way still.
    if (state === undefined) return;
    switch (type) {
      case DATA:
        state.held += payload.length;
        if (state.ended || state.held + state.owed > WINDOW) throw new Error("A stream overran its window");
        if (payload.length > 0) state.inbox.push(payload);
        break;
      case END:
        state.ended = true;
        retire(id, state);
        break;
      case RESET:
        return kill(id, state);
      case CREDIT:
        if (payload.length !== 4) throw new Error("Malformed credit");
        state.credit += new DataView(payload.buffer, payload.byteOffset).getUint32(0);
        if (state.credit > WINDOW) throw new Error("More credit than the window");
        break;
      default:
        throw new Error("Unknown frame");
    }
    wake(state);
  };

  const pump = async (): Promise<void> => {
    let rest = new Uint8Array();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const bytes = new Uint8Array(rest.length + value.length);
      bytes.set(rest);
      bytes.set(value, rest.length);
      let at = 0;
      while (bytes.length - at >= HEADER) {
        const view = new DataView(bytes.buffer, at, HEADER);
        const length = view.getUint32(5);
        if (length > MAX_PAYLOAD) throw new Error("Frame too long");
        if (bytes.length - at < HEADER + length) break;
        take(view.getUint8(0), view.getUint32(1), bytes.slice(at + HEADER, at + HEADER + length));
        at += HEADER + length;
      }
      rest = bytes.slice(at);
    }
  };
  pump().then(finish, finish);
  writer.closed.then(finish, finish);

  return {
    closed,
    close: finish,
    ready: (text) => send(READY, 0, new TextEncoder().encode(text)),
    open() {
      if (over) throw gone();
      if (streams.size >= MAX_STREAMS) throw new Error("Too many connections at once");
      const id = next++;
      const channel = create(id);
      post(OPEN, id);
      return channel;
    },
  };
}
