/**
 * Everything that listens in the stage's network, and what arrived there.
 *
 * @module
 */
import { FAR, FAR_PORT } from "./scene.ts";
import { bytesOf, inet, type System, unix } from "./system.ts";

const END = "the end of this attempt";

/** The far address by TCP and UDP, and two Unix sockets. */
export interface Sinks {
  readonly streamPath: string;
  readonly datagramPath: string;
  /** What arrived since the last call; complete, since it comes behind marks of its own. */
  arrivals(): Promise<readonly string[]>;
  close(): void;
}

/** What came to one listener, in order. */
class Sink {
  #texts: string[] = [];
  #ended = Promise.withResolvers<void>();
  take(text: string): void {
    if (text === END) this.#ended.resolve();
    else if (text !== "") this.#texts.push(text);
  }
  /** What arrived since the last call, once this sink has seen its own end mark. */
  async drain(): Promise<readonly string[]> {
    await this.#ended.promise;
    this.#ended = Promise.withResolvers();
    return this.#texts.splice(0);
  }
}

/**
 * Listens; the far address must be this namespace's own.
 *
 * @example
 * ```ts ignore
 * const sinks = openSinks(openSystem(libc), "/tmp/stage");
 * console.log(await sinks.arrivals());
 * ```
 */
export function openSinks(system: System, directory: string): Sinks {
  const { sys } = system;
  const [streamPath, datagramPath] = [`${directory}/stream`, `${directory}/datagram`];
  const streams = [
    Deno.listen({ hostname: FAR, port: FAR_PORT }),
    Deno.listen({ transport: "unix", path: streamPath }),
  ];
  const datagrams = [
    Deno.listenDatagram({ transport: "udp", hostname: FAR, port: FAR_PORT }),
    Deno.listenDatagram({ transport: "unixpacket", path: datagramPath }),
  ];
  const sinks = [...streams, ...datagrams].map(() => new Sink());
  for (const [index, listener] of streams.entries()) {
    (async () => {
      // One after the other: the end mark comes by the last one, when the attacker's are closed.
      for await (const connection of listener) {
        sinks[index]?.take(await new Response(connection.readable).text());
      }
    })();
  }
  for (const [index, socket] of datagrams.entries()) {
    (async () => {
      for await (const [bytes] of socket) {
        sinks[streams.length + index]?.take(new TextDecoder().decode(bytes));
      }
    })();
  }
  return {
    streamPath,
    datagramPath,
    async arrivals() {
      const ends = [
        await Deno.connect({ hostname: FAR, port: FAR_PORT }),
        await Deno.connect({ transport: "unix", path: streamPath }),
      ];
      for (const end of ends) {
        await end.write(bytesOf(END));
        end.close();
      }
      for (const [family, to] of [[2, inet(FAR, FAR_PORT)], [1, unix(datagramPath)]] as const) {
        const socket = sys("socket", family, 2, 0);
        sys("sendto", socket, bytesOf(END), END.length, 0, to, to.length);
        sys("close", socket);
      }
      return (await Promise.all(sinks.map((sink) => sink.drain()))).flat();
    },
    close() {
      for (const one of [...streams, ...datagrams]) one.close();
    },
  };
}
