/**
 * The directories and files that one step's slots name: vetted, opened, and where each is bound.
 *
 * @module
 */
import type { Slots, SlotSpec, SlotValue, Tool } from "../catalog/types.ts";
import { isUnder } from "../internal/paths.ts";
import { ChangedPathError, type HandleSet, openReal } from "./descriptors.ts";
import { createForbidden } from "./forbidden_paths.ts";
import { type PathPolicy, type PathRefusal, vetGlob, vetPath, type VettedPath } from "./paths.ts";
import { WORKSPACE } from "./sandbox.ts";
import type { StepRequest } from "./types.ts";

/** What a step's paths are judged by. */
export interface PathRules {
  /** Real paths under which a working directory may lie. */
  readonly workspaceRoots: readonly string[];
  /** Real. Nothing in it may be named, except working copies below {@link scratchDir}. */
  readonly stateDir: string;
  readonly scratchDir: string;
  /** Further files that no goal may name: settings, kubeconfig, tokens. */
  readonly secrets: readonly string[];
}

/** Directories and files of one step, opened. */
export interface StepPaths {
  readonly ok: true;
  /** Real path of the working directory. */
  readonly cwd: string;
  /** In the order of binding; the workspace comes first. */
  readonly binds: readonly {
    readonly fd: number;
    readonly real: string;
    readonly at: string;
    readonly writable: boolean;
  }[];
  readonly covers: readonly { readonly at: string; readonly directory: boolean }[];
}

/** Why a step can't have its paths. */
export interface StepPathsRefusal {
  readonly ok: false;
  readonly violation: boolean;
  readonly reason: string;
}

/** A pattern with more matches than this gets its directory bound instead of each match. */
const MAX_SINGLE_BINDS = 64;

const refuse = (reason: string, violation: boolean): StepPathsRefusal => ({ ok: false, violation, reason });

const list = (value: SlotValue | undefined): readonly string[] =>
  value === undefined ? [] : typeof value === "string" ? [value] : value;

/** The values of path slots, each as the tool will resolve it: those of an `under` slot below that slot's directory. */
function namedPaths(tool: Tool, slots: Slots): readonly { written: string; spec: SlotSpec }[] {
  return Object.entries(slots).flatMap(([name, value]) => {
    const spec = tool.slots[name];
    if (spec?.type.kind !== "path") return [];
    const { under } = spec.type;
    const base = under === undefined ? undefined : list(slots[under])[0];
    return list(value).map((written) => ({
      written: base === undefined || written.startsWith("/") ? written : `${base}/${written}`,
      spec,
    }));
  });
}

/** The copy of a whole workspace stands beside it: only there can it take its place by a rename. */
const isCopyBeside = (path: string, root: string): boolean => {
  const parent = root.slice(0, root.lastIndexOf("/") + 1);
  return path.startsWith(`${parent}.physiclaw-`) && !path.slice(parent.length).includes("/");
};

function workingDirectory(request: StepRequest, rules: PathRules): string | StepPathsRefusal {
  let real: string;
  try {
    real = Deno.realPathSync(request.cwd);
    if (!Deno.statSync(real).isDirectory) {
      return refuse(`Cannot work in ${request.cwd}: it is no directory`, false);
    }
  } catch {
    return refuse(`Cannot work in ${request.cwd}: it cannot be reached`, false);
  }
  const roots = [...rules.workspaceRoots, ...(request.writable ? [rules.scratchDir] : [])];
  const beside = request.writable && rules.workspaceRoots.some((root) => isCopyBeside(real, root));
  if (!(beside || roots.some((root) => isUnder(real, root))) || real === "/") {
    return refuse(`Cannot work in ${request.cwd}: it is not under a root of the workspace`, true);
  }
  if (isUnder(real, rules.stateDir) && !(request.writable && isUnder(real, rules.scratchDir))) {
    return refuse(`Cannot work in ${request.cwd}: it belongs to this program's state`, true);
  }
  return real;
}

/** The matches of a pattern, or the directory that holds them when they are many. */
async function vet(
  written: string,
  spec: SlotSpec,
  policy: PathPolicy,
): Promise<readonly VettedPath[] | PathRefusal> {
  const glob = spec.type.kind === "path" && spec.type.glob === true;
  if (!glob) {
    const one = await vetPath(written, policy);
    return one.ok ? [one] : one;
  }
  const found = await vetGlob(written, policy);
  if (!found.ok) return found;
  if (found.matches.length <= MAX_SINGLE_BINDS) return found.matches;
  const base = written.slice(0, written.lastIndexOf("/", written.search(/[*?[]/))) || ".";
  const directory = await vetPath(base, policy);
  return directory.ok ? [directory] : found.matches.slice(0, MAX_SINGLE_BINDS);
}

/** Parts of the working directory itself are seen in it already. */
const inWorkspace = (path: VettedPath, cwd: string): boolean =>
  isUnder(path.inside, WORKSPACE) && isUnder(path.real, cwd);

function checkKind(path: VettedPath, spec: SlotSpec): string | undefined {
  const wanted = spec.type.kind === "path" ? spec.type.of : "any";
  return wanted === "any" || wanted === path.kind
    ? undefined
    : `Cannot read ${path.written}: it is no ${wanted}`;
}

/**
 * Vets and opens everything that a step's slots name, the working directory first. Descriptors go to `handles`. Never
 * rejects for a path.
 *
 * @param roots directories outside the workspace that this tool may read
 */
export async function openStepPaths(
  request: StepRequest,
  tool: Tool,
  slots: Slots,
  roots: readonly string[],
  rules: PathRules,
  handles: HandleSet,
): Promise<StepPaths | StepPathsRefusal> {
  const cwd = workingDirectory(request, rules);
  if (typeof cwd !== "string") return cwd;
  // A working copy lies in the state directory; nothing else of it can be reached from there, since no root leads to it.
  const own = isUnder(cwd, rules.stateDir) ? rules.secrets : [rules.stateDir, ...rules.secrets];
  const policy: PathPolicy = { cwd, workspace: WORKSPACE, roots, forbidden: createForbidden({ paths: own }) };
  const vetted: VettedPath[] = [];
  for (const { written, spec } of namedPaths(tool, slots)) {
    const found = await vet(written, spec, policy);
    if ("ok" in found) return refuse(found.reason, found.kind === "violation");
    for (const path of found) {
      const wrong = checkKind(path, spec);
      if (wrong !== undefined) return refuse(wrong, false);
      vetted.push(path);
    }
  }
  const seen = new Set<string>();
  const outside = vetted.filter((path) => {
    if (inWorkspace(path, cwd) || seen.has(path.inside)) return false;
    seen.add(path.inside);
    return true;
  });
  // A directory before what lies in it, or it would cover that.
  outside.sort((a, b) => a.inside.split("/").length - b.inside.split("/").length);
  try {
    const workspace = openReal(cwd);
    const binds = [{
      fd: handles.add(workspace.handle),
      real: cwd,
      at: WORKSPACE,
      writable: request.writable,
    }];
    for (const path of outside) {
      binds.push({
        fd: handles.add(openReal(path.real).handle),
        real: path.real,
        at: path.inside,
        writable: false,
      });
    }
    const below = (await policy.forbidden.below(cwd)).map(({ path, directory }) => ({
      at: WORKSPACE + path.slice(cwd.length),
      directory,
    }));
    const covers = outside.flatMap(({ cover }) =>
      cover.map(({ inside, directory }) => ({ at: inside, directory }))
    );
    return { ok: true, cwd, binds, covers: [...below, ...covers] };
  } catch (error) {
    return error instanceof ChangedPathError
      ? refuse(error.message, true)
      : refuse("Cannot read what the goal names: this program's user may not open it", false);
  }
}
