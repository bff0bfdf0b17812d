/**
 * One look at everything the tree has open, and whether any of it leads out.
 *
 * Cheap first: the kernel filters out what leads to a safe address. Only what is left, or new, is traced to a process.
 *
 * @module
 */
import type { Judge } from "./address.ts";
import { filterOf, readReply, request, tcpRequest } from "./diag.ts";
import { parseProcNet, PROC_NET } from "./proc_net.ts";
import type { Process, Processes } from "./processes.ts";
import {
  isUnspecified,
  type Protocol,
  type Socket,
  TCP_LISTEN,
  TCP_SYN_SENT,
  TCP_TIME_WAIT,
} from "./socket.ts";
import type { System } from "./system.ts";

/** Where the bridge listens: what clients opened to it is no violation. */
export interface Listener {
  /** 4 or 16 bytes; all zero means any. */
  readonly address: Uint8Array;
  readonly port: number;
}

/** A socket that leads out, and whose it is. */
export interface Violation {
  /** `bridge`: it ends the bridge; `step`: it lies in a tool's own network namespace and ends that step. */
  readonly scope: "bridge" | "step";
  readonly socket: Socket;
  /** The process that holds it, or one of its namespace. */
  readonly pid: number;
  /** `step`: the topmost processes of the steps that live in the namespace. */
  readonly tops: readonly number[];
}

/** What is seen by which means. */
export type Sources = "sock_diag" | "/proc/net";

/** What a watch is made of. Counts are of scans. */
export interface WatchOptions {
  readonly system: System;
  readonly processes: Processes;
  readonly judge: Judge;
  /** The bridge's pid and network namespace. */
  readonly root: number;
  readonly network: string;
  /** Without it everything comes from `/proc/net`. */
  readonly diag: number | undefined;
  readonly listeners: () => readonly Listener[];
  /** Between two looks at raw, ping and packet sockets, which only root can make or which say little. */
  readonly seldomEvery: number;
  /** Between two comparisons with `/proc/net`. */
  readonly crossEvery: number;
  /** Between two walks over the tree. */
  readonly treeEvery: number;
  /** Between two looks into the namespaces of tools. */
  readonly stepEvery: number;
  /** Before a socket of a stranger is traced again: it could have been handed over. */
  readonly traceEvery: number;
}

/** A watch. */
export interface Watch {
  /** Looks once. Throws when the kernel does not answer: a watch that sees nothing must not go on. */
  scan(): readonly Violation[];
}

/** Looks that a process may hide its descriptors in a row: one that is just being made can't help it. */
const MAY_HIDE = 3;
/** Traces of a new socket before it counts as a stranger's: a walk can miss a process that changes its parent. */
const TRACES = 3;

const SELDOM: readonly Protocol[] = ["raw", "icmp", "packet"];

/**
 * Makes a watch.
 *
 * @example
 * ```ts ignore
 * const watch = createWatch(options);
 * for (const { socket, pid } of watch.scan()) console.log(pid, describeSocket(socket));
 * ```
 */
export function createWatch(options: WatchOptions): Watch {
  const { system, processes, judge, diag } = options;
  const filter = filterOf(judge.subnets, judge.never);
  const requests = [
    { protocol: "tcp", bytes: tcpRequest(filter) },
    { protocol: "udp", bytes: request("udp", 4) },
    { protocol: "udp", bytes: request("udp", 6) },
  ] as const;
  const decoder = new TextDecoder("latin1");
  /** Sockets that were traced to nobody of ours: how often, and when last. */
  const strangers = new Map<number, { traces: number; at: number }>();
  const hiding = new Map<string, number>();
  let count = 0;

  const inbound = (socket: Socket): boolean =>
    socket.protocol === "tcp" && socket.state !== TCP_SYN_SENT &&
    options.listeners().some(({ address, port }) =>
      port === socket.localPort &&
      (isUnspecified(address) || address.every((byte, at) => byte === socket.local[at]))
    );
  const suspicious = (socket: Socket, own: boolean): boolean => {
    if (socket.inode === 0) return false;
    if (socket.protocol === "tcp") {
      return socket.state !== TCP_LISTEN && socket.state !== TCP_TIME_WAIT && !isUnspecified(socket.remote) &&
        !judge.isSafe(socket.remote) && !inbound(socket);
    }
    // In a namespace without a way out a datagram socket to a safe address is how some tools ask for a route.
    const datagram = socket.protocol === "udp" || socket.protocol === "udplite";
    return !(own && datagram && !isUnspecified(socket.remote) && judge.isSafe(socket.remote));
  };

  const readFile = (path: string, protocol: Protocol): readonly Socket[] | undefined => {
    const bytes = SELDOM.includes(protocol) ? system.readBytes(path) : undefined;
    // A head without rows, nearly always.
    if (bytes !== undefined) {
      const rows = bytes.indexOf(10) + 1;
      return rows === bytes.length ? [] : parseProcNet(decoder.decode(bytes), protocol);
    }
    const text = system.readText(path);
    return text === undefined ? undefined : parseProcNet(text, protocol);
  };
  /**
   * All lists of the namespace that a process or thread lives in, by its directory in `/proc`; `undefined` when the main
   * ones can't be read.
   */
  const readLists = (directory: string, only: readonly Protocol[] | undefined): Socket[] | undefined => {
    const sockets: Socket[] = [];
    for (const [file, protocol] of PROC_NET) {
      if (only !== undefined && !only.includes(protocol)) continue;
      const rows = readFile(`${directory}/net/${file}`, protocol);
      // Not every kernel has every protocol; TCP it has.
      if (rows === undefined && file === "tcp") return undefined;
      for (const row of rows ?? []) sockets.push(row);
    }
    return sockets;
  };
  const readDiag = (descriptor: number): readonly Socket[] => {
    const sockets: Socket[] = [];
    for (const { protocol, bytes } of requests) {
      if (!system.send(descriptor, bytes)) throw new Error("the kernel takes no request for its sockets");
      for (;;) {
        const datagram = system.receive(descriptor);
        if (datagram === undefined) throw new Error("the kernel does not answer what sockets there are");
        const { done, error } = readReply(datagram, protocol, (socket) => sockets.push(socket));
        if (error !== 0) throw new Error(`the kernel refuses to list its sockets (errno ${-error})`);
        if (done) break;
      }
    }
    return sockets;
  };
  const here = (): readonly Socket[] => {
    const whole = diag === undefined || count % options.crossEvery === 0;
    const listed = whole || count % options.seldomEvery === 0
      ? readLists("/proc/self", whole ? undefined : SELDOM)
      : [];
    if (whole && listed === undefined) throw new Error("/proc/net cannot be read any more");
    return diag === undefined ? listed ?? [] : [...readDiag(diag), ...listed ?? []];
  };

  const uidOf = (pid: number): number | undefined => {
    const uid = /^Uid:\s+([0-9]+)/m.exec(system.readText(`/proc/${pid}/status`) ?? "")?.[1];
    return uid === undefined ? undefined : Number(uid);
  };
  /** Finds the owner of each in the tree, wherever it lives by now: a socket stays in the network that it was made in. */
  const trace = (suspects: readonly Socket[]): readonly Violation[] => {
    const seen = new Set<number>();
    const due = suspects.filter(({ inode }) => {
      // Once where both ways show it; the first has what the kernel needs to end it.
      if (seen.size === seen.add(inode).size) return false;
      const stranger = strangers.get(inode);
      return stranger === undefined || stranger.traces < TRACES || count - stranger.at >= options.traceEvery;
    });
    if (due.length === 0) return [];
    const found: Violation[] = [];
    let unsure = false;
    for (const { pid, start, dead } of processes.look().values()) {
      if (dead) continue;
      const held = processes.sockets(pid);
      const key = `${pid}:${start}`;
      if (held !== undefined) hiding.delete(key);
      const looks = held === undefined ? (hiding.get(key) ?? 0) + 1 : 0;
      if (looks > 0) hiding.set(key, looks);
      unsure ||= looks > 0 && looks < MAY_HIDE;
      // One that goes on hiding what it holds is taken for the owner of all that its user has.
      const uid = looks >= MAY_HIDE ? uidOf(pid) : undefined;
      for (const socket of due) {
        const owns = held === undefined ? uid !== undefined && uid === socket.uid : held.has(socket.inode);
        if (owns) found.push({ scope: "bridge", socket, pid, tops: [] });
      }
    }
    for (const { inode } of due) {
      strangers.set(inode, { traces: unsure ? 0 : (strangers.get(inode)?.traces ?? 0) + 1, at: count });
    }
    return found;
  };

  /** The ancestor that a helper of the bridge started: the top of a step. `undefined` for the bridge and its helpers. */
  const topOf = (pid: number, tree: ReadonlyMap<number, Process>): number | undefined => {
    let [top, process] = [pid, tree.get(pid)];
    for (let steps = 0; process !== undefined && steps < 1000; steps++) {
      const parent = tree.get(process.parent);
      if (parent === undefined || parent.pid === options.root) return undefined;
      if (parent.parent === options.root) return top;
      [top, process] = [parent.pid, parent];
    }
    return undefined;
  };
  /** Each foreign namespace of the tree, by one process or thread that lives in it. */
  const lookIntoSteps = (tree: ReadonlyMap<number, Process>): readonly Violation[] => {
    const namespaces = new Map<string, { readonly pid: number; readonly directory: string }[]>();
    for (const { pid } of tree.values()) {
      for (const [network, directory] of processes.networks(pid)) {
        if (network === options.network) continue;
        const members = namespaces.get(network);
        if (members === undefined) namespaces.set(network, [{ pid, directory }]);
        else members.push({ pid, directory });
      }
    }
    return [...namespaces].flatMap(([network, members]): readonly Violation[] => {
      for (const { pid, directory } of members) {
        const sockets = readLists(directory, undefined);
        // It ended, or lives elsewhere by now.
        if (sockets === undefined || system.readLink(`${directory}/ns/net`) !== network) continue;
        const socket = sockets.find((socket) => suspicious(socket, true));
        if (socket === undefined) return [];
        const tops = members.map((member) => topOf(member.pid, tree));
        const ofSteps = tops.filter((top) => top !== undefined);
        const scope = ofSteps.length === tops.length ? "step" : "bridge";
        return [{ scope, socket, pid, tops: [...new Set(ofSteps)] }];
      }
      return [];
    });
  };

  return {
    scan() {
      const found = [...trace(here().filter((socket) => suspicious(socket, false)))];
      if (count % options.stepEvery === 0) found.push(...lookIntoSteps(processes.look()));
      else if (count % options.treeEvery === 0) processes.look();
      if (count % options.traceEvery === 0) {
        for (const [inode, { at }] of strangers) {
          if (count - at > 2 * options.traceEvery) strangers.delete(inode);
        }
        if (hiding.size > 1000) hiding.clear();
      }
      count++;
      return found;
    },
  };
}
