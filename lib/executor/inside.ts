/**
 * Commands inside a sandbox: descriptors are numbered, bwrap's arguments written to a nameless file, and all is launched.
 *
 * @module
 */
import type { Limits, Tool } from "../catalog/types.ts";
import { HandleSet, temporaryFile } from "./descriptors.ts";
import type { Filters } from "./filters.ts";
import type { SandboxHost } from "./host.ts";
import { descriptorNumber, type Landing, launch } from "./launch.ts";
import { sandboxArguments, type Source } from "./sandbox.ts";

/** What is run, and what it sees. Descriptors are kernel numbers of this process. */
export interface Inside {
  readonly host: SandboxHost;
  /** A directory for nameless files. */
  readonly scratch: string;
  readonly commands: readonly (readonly string[])[];
  readonly proceedOn?: readonly number[];
  readonly limits: Limits;
  readonly filters: Filters;
  /** Address families of the filter. */
  readonly sockets: Tool["sockets"];
  readonly env: Readonly<Record<string, string>>;
  readonly binds?: readonly { readonly source: Source; readonly at: string; readonly writable?: boolean }[];
  readonly files?: readonly { readonly fd: number; readonly at: string }[];
  readonly texts?: readonly { readonly at: string; readonly content: string | Uint8Array }[];
  readonly covers?: readonly { readonly at: string; readonly directory: boolean }[];
  /** `own`: an empty namespace; `shared`: the host's; else the wrapper that leads into one. */
  readonly network: "own" | "shared" | { readonly wrapper: readonly string[] };
  readonly chdir: string;
  readonly signal?: AbortSignal;
  readonly onOutput?: (bytes: number) => void;
}

/** Runs it. What is opened here is closed here; descriptors that were handed in stay the caller's. */
export async function launchInside(inside: Inside): Promise<Landing> {
  const { host } = inside;
  using handles = new HandleSet();
  const descriptors: number[] = [];
  const pass = (fd: number): number => descriptorNumber(descriptors.push(fd) - 1);
  const names = new Map<number, string>();
  const passNamed = (fd: number, real: string | undefined): number => {
    if (real !== undefined) names.set(descriptors.length, real);
    return pass(fd);
  };
  const text = (content: string | Uint8Array): number =>
    pass(handles.add(temporaryFile(inside.scratch, content)));
  const seccompFd = pass(inside.filters.fdOf(inside.sockets));
  const args = sandboxArguments({
    system: host.system,
    etc: host.etc,
    unshareNet: inside.network === "own",
    env: { ...host.env, ...inside.env },
    binds: (inside.binds ?? []).map(({ source, at, writable }) => ({
      source: "fd" in source ? { fd: passNamed(source.fd, source.real) } : source,
      at,
      writable: writable === true,
    })),
    files: [
      ...(inside.files ?? []).map(({ fd, at }) => ({ fd: pass(fd), at })),
      ...(inside.texts ?? []).map(({ at, content }) => ({ fd: text(content), at })),
    ],
    covers: (inside.covers ?? []).map(({ at, directory }) => ({
      at,
      with: directory ? host.emptyDirectory : host.emptyFile,
    })),
    seccompFd,
    chdir: inside.chdir,
  });
  const argsFd = text(args.map((word) => `${word}\0`).join(""));
  const wrapper = typeof inside.network === "object" ? inside.network.wrapper : [];
  return await launch({
    prefix: [...wrapper, host.bwrap, "--args", String(argsFd), "--"],
    descriptors,
    names,
    commands: inside.commands,
    proceedOn: inside.proceedOn ?? [0],
    limits: inside.limits,
    sandboxed: true,
    cwd: "/",
    ...(inside.signal === undefined ? {} : { signal: inside.signal }),
    ...(inside.onOutput === undefined ? {} : { onOutput: inside.onOutput }),
  });
}
