/**
 * The bridge's process tree: children of children, whatever session or group they made for themselves.
 *
 * The bridge is a child subreaper, so that what lost its parent becomes the bridge's child; what was seen once stays
 * known by its start time, should even the bridge be gone.
 *
 * @module
 */
import { syscallNumber } from "../../internal/syscalls.ts";
import type { System } from "./system.ts";

const KCMP = syscallNumber("kcmp", Deno.build.arch) ?? -1;
/** From linux/kcmp.h: whether two threads have one table of descriptors. */
const KCMP_FILES = 2;
const SOCKET = /^socket:\[([0-9]+)\]$/;

/** A process of the tree. */
export interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks since boot: with the pid it names one process for ever. */
  readonly start: string;
  /** A zombie without living threads: it holds nothing any more. */
  readonly dead: boolean;
}

/** The tree. */
export interface Processes {
  /** Looks at the whole tree, `self` and what only it started excepted. The root comes first while it lives. */
  look(): ReadonlyMap<number, Process>;
  /** Inodes of the sockets that a process holds in any of its threads; `undefined` when it does not let us see. */
  sockets(pid: number): ReadonlySet<number> | undefined;
  /** Network namespaces that its threads live in (`net:[4026531840]`), each with the `/proc` directory of one of them. */
  networks(pid: number): ReadonlyMap<string, string>;
}

interface Stat {
  readonly parent: number;
  readonly start: string;
  readonly state: string;
}

/**
 * Fields of `/proc/PID/stat` that matter; the name in it may hold anything, so that one reads from its last bracket.
 *
 * @example
 * ```ts
 * import { parseStat } from "./processes.ts";
 * const text = `7 (a) b) S 3 ${Array(17).fill("0").join(" ")} 4711 0`;
 * console.assert(parseStat(text)?.start === "4711");
 * ```
 */
export function parseStat(text: string): Stat | undefined {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  // state is field 3 of the whole, the parent 4, the start time 22.
  const [state = "", parent = ""] = fields;
  const start = fields[19];
  return start === undefined || !/^[0-9]+$/.test(parent)
    ? undefined
    : { parent: Number(parent), start, state };
}

const pids = (text: string): readonly number[] => text.split(" ").map(Number).filter((pid) => pid > 0);

/**
 * The tree below `root`.
 *
 * @param self the watchdog: neither it nor its children are looked at
 * @example
 * ```ts ignore
 * const tree = createProcesses(system, bridgePid, Deno.pid);
 * for (const { pid } of tree.look().values()) console.log(pid, tree.sockets(pid));
 * ```
 */
export function createProcesses(system: System, root: number, self: number): Processes {
  const decoder = new TextDecoder("latin1");
  let known = new Map<number, Process>();
  const stat = (pid: number): Stat | undefined => {
    const bytes = system.readBytes(`/proc/${pid}/stat`);
    return bytes === undefined ? undefined : parseStat(decoder.decode(bytes));
  };
  /** From the kernel's own lists; without them (CONFIG_PROC_CHILDREN) from everybody's parent. */
  const haveLists = system.readBytes(`/proc/${root}/task/${root}/children`) !== undefined;
  const children = (pid: number): readonly number[] =>
    (tasks(pid) ?? []).flatMap((task) => {
      const bytes = system.readBytes(`/proc/${pid}/task/${task}/children`);
      return bytes === undefined || bytes.length === 0 ? [] : pids(decoder.decode(bytes));
    });
  const everybody = (): (pid: number) => readonly number[] => {
    const byParent = new Map<number, number[]>();
    for (const pid of system.readNumbers("/proc") ?? []) {
      const parent = stat(pid)?.parent;
      if (parent === undefined) continue;
      const list = byParent.get(parent);
      if (list === undefined) byParent.set(parent, [pid]);
      else list.push(pid);
    }
    return (pid) => byParent.get(pid) ?? [];
  };
  const describe = (pid: number): Process | undefined => {
    const seen = stat(pid);
    if (seen === undefined) return undefined;
    const { parent, start, state } = seen;
    // A first thread that left the others behind shows as a zombie.
    const dead = (state === "Z" || state === "X") && (tasks(pid)?.length ?? 0) < 2;
    return { pid, parent, start, dead };
  };
  const tasks = (pid: number): readonly number[] | undefined => system.readNumbers(`/proc/${pid}/task`);
  /** One thread for each table of descriptors: nearly always the first one alone, but a thread may get its own. */
  const holders = (threads: readonly number[]): readonly number[] => {
    const distinct: number[] = [];
    for (const thread of threads) {
      const shared = distinct.some((other) => system.call(KCMP, other, thread, KCMP_FILES, 0, 0) === 0);
      if (!shared) distinct.push(thread);
    }
    return distinct;
  };
  return {
    look() {
      const below = haveLists ? children : everybody();
      const found = new Map<number, Process>();
      // What was known starts the walk too: its children are ours wherever it hangs by now.
      const queue = [root, ...known.keys()];
      for (let at = 0; at < queue.length; at++) {
        const pid = queue[at] ?? 0;
        if (pid === self || found.has(pid)) continue;
        const process = describe(pid);
        const before = known.get(pid);
        if (process === undefined) continue;
        // The number was given to a stranger meanwhile, unless the walk comes upon it again from its parent.
        if (before !== undefined && before.start !== process.start && !found.has(process.parent)) continue;
        found.set(pid, process);
        queue.push(...below(pid));
      }
      known = found;
      return found;
    },
    sockets(pid) {
      const inodes = new Set<number>();
      const threads = tasks(pid) ?? [];
      for (const thread of holders(threads)) {
        const directory = `/proc/${pid}/task/${thread}`;
        const names = system.readNumbers(`${directory}/fd`);
        // Unless it just ended.
        if (names === undefined && system.readBytes(`${directory}/stat`) !== undefined) return undefined;
        for (const name of names ?? []) {
          const inode = SOCKET.exec(system.readLink(`${directory}/fd/${name}`) ?? "")?.[1];
          if (inode !== undefined) inodes.add(Number(inode));
        }
      }
      return inodes;
    },
    networks(pid) {
      const found = new Map<string, string>();
      for (const thread of tasks(pid) ?? []) {
        const directory = `/proc/${pid}/task/${thread}`;
        const network = system.readLink(`${directory}/ns/net`);
        if (network !== undefined && !found.has(network)) found.set(network, directory);
      }
      return found;
    },
  };
}
