/**
 * `physiclaw install`: the program, its unit file, its user, its completions; says what it does, and keeps the state.
 *
 * @module
 */
import { buildCommand } from "@stricli/core";
import type { Item } from "../lib/install/install.ts";
import { BUILD } from "../lib/internal/build_info.ts";
import { PhysiclawError } from "../lib/internal/errors.ts";
import { COMPLETION_SCRIPTS } from "./completion_scripts.ts";
import type { CommandDeps } from "./deps.ts";
import { createParser, defineCommand, JSON_FLAG, type ParseContext } from "./parser.ts";

/** Options of the command. */
export interface InstallOptions {
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly prefix: string;
  readonly root?: string;
  readonly file?: string;
}

function parsePath(text: string): string {
  if (!/^\/[A-Za-z0-9_./+-]*$/.test(text) || text.includes("/../")) {
    throw new Error("name an absolute path of letters, digits and ._+-");
  }
  return text.replace(/\/+$/, "");
}

const target = buildCommand<InstallOptions, [], ParseContext>({
  func(flags) {
    this.accept(flags);
  },
  parameters: {
    flags: {
      ...JSON_FLAG,
      dryRun: {
        kind: "boolean",
        brief: "Say what would be done, and do nothing",
        default: false,
        withNegated: false,
      },
      prefix: {
        kind: "parsed",
        parse: parsePath,
        brief: "Where bin and share are",
        placeholder: "DIR",
        default: "/usr/local",
      },
      root: {
        kind: "parsed",
        parse: parsePath,
        brief: "Put everything below this directory, for an image or a package",
        placeholder: "DIR",
        optional: true,
      },
      // The launcher names itself: a program can't see which file it was unpacked from.
      file: { kind: "parsed", parse: String, brief: "The file to install", optional: true, hidden: true },
    },
  },
  docs: { brief: "Install this file, its unit and its completions on this host" },
});

export const parse = createParser<InstallOptions>("install", target);

/** Everything that an installed Physiclaw consists of, below `root`. */
async function itemsOf(options: InstallOptions, program: Uint8Array): Promise<readonly Item[]> {
  const { sysusersFile, unitFile, SERVICE_WORKSPACE } = await import("../lib/install/assets.ts");
  const { prefix, root = "" } = options;
  const bytes = (text: string) => new TextEncoder().encode(text);
  const file = (path: string, content: Uint8Array, mode = 0o644): Item => ({
    kind: "file",
    path: `${root}${path}`,
    mode,
    content,
  });
  const script = (path: string, shell: keyof typeof COMPLETION_SCRIPTS) =>
    file(`${prefix}/share/${path}`, bytes(`${COMPLETION_SCRIPTS[shell]}\n`));
  return [
    file(`${prefix}/bin/physiclaw`, program, 0o755),
    { kind: "directory", path: `${root}/etc/physiclaw`, mode: 0o755 },
    { kind: "directory", path: `${root}${SERVICE_WORKSPACE}`, mode: 0o755 },
    file("/etc/systemd/system/physiclaw.service", bytes(unitFile(`${prefix}/bin/physiclaw`))),
    file("/etc/sysusers.d/physiclaw.conf", bytes(sysusersFile())),
    script("bash-completion/completions/physiclaw", "bash"),
    script("zsh/site-functions/_physiclaw", "zsh"),
    script("fish/vendor_completions.d/physiclaw.fish", "fish"),
  ];
}

/** Installs, or says what it would do; exit code 0. */
export async function run(options: InstallOptions, { output }: CommandDeps): Promise<number> {
  const file = options.file ?? (BUILD.packaging === "compiled" ? Deno.execPath() : undefined);
  if (file === undefined) {
    throw new PhysiclawError("usage", "Cannot install from a checkout: there is no one file", {
      hint: "deno task build, then dist/physiclaw install",
    });
  }
  const { install } = await import("../lib/install/install.ts");
  const items = await itemsOf(options, await Deno.readFile(file));
  const actions = await install(items, { dryRun: options.dryRun });
  const next = options.root === undefined
    ? ["systemd-sysusers", "systemctl daemon-reload", "systemctl enable --now physiclaw"]
    : [];
  if (options.json) {
    output.json({ schema: 1, dry_run: options.dryRun, actions, next });
    return 0;
  }
  output.result(...actions.map(({ path, what }) => `${options.dryRun ? "would " : ""}${what}: ${path}`));
  output.result("State (/var/lib/physiclaw) is kept: nothing there is touched.");
  if (next.length > 0) output.result("Then, as root:", ...next.map((command) => `  ${command}`));
  return 0;
}

export default defineCommand({ target, parse, run });
