/**
 * What `iam-inspect` prints: one JSON document, {@link IamReport}, on stdout. It never holds a password hash or key material;
 * keys are named by their SHA-256 fingerprint. Paths are those of the host.
 *
 * @module
 */

/** Version of {@link IamReport}; grows when a field is renamed or changes its meaning. */
export const IAM_SCHEMA = 1;

export const IAM_SECTIONS = ["accounts", "groups", "sudo", "keys", "ageing", "modes"] as const;

export type IamSection = (typeof IAM_SECTIONS)[number];

export type IamSeverity = "critical" | "high" | "medium" | "low" | "info";

/** Where a fact stands. Line 0: the whole file. */
export interface IamSource {
  readonly path: string;
  readonly line: number;
}

/** What of the password field can be told without showing it. */
export type PasswordState =
  /** A hash is set. */
  | "set"
  /** A hash is set but disabled by `!` before it. */
  | "locked"
  /** `*`, `!`, `!!`, `!*` or another text that no password can match. */
  | "none"
  /** The field is empty: no password is asked for. */
  | "empty"
  /** Neither shadow nor passwd could tell. */
  | "unknown";

export interface IamAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Name of the primary group; absent when group could not be read or has no such id. */
  readonly group?: string;
  readonly gecos: string;
  readonly home: string;
  readonly shell: string;
  /** The shell gives a session: not nologin, false, sync, shutdown, halt or git-shell. An empty field means /bin/sh. */
  readonly login: boolean;
  /** uid below UID_MIN of login.defs (1000), or nobody. */
  readonly system: boolean;
  readonly password: PasswordState;
  /** `yescrypt`, `sha512crypt`, `sha256crypt`, `bcrypt`, `md5crypt`, `des`, … when a hash is set. */
  readonly hash?: string;
  /** Member of, primary included, sorted. */
  readonly groups: readonly string[];
  /** Readable authorised keys; absent when its files could not be read. */
  readonly keys?: number;
  /** Can become root by sudo, as far as the rules read tell. */
  readonly sudo: boolean;
  readonly source: IamSource;
}

export interface IamGroup {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
  /** Accounts that have it as primary group. */
  readonly primary: readonly string[];
  /** What membership gives, for groups that matter (`sudo`, `docker`, `shadow`, …). */
  readonly power?: string;
  /** A group password is set in gshadow or group. */
  readonly password: boolean;
  readonly source: IamSource;
}

/** One `who hosts = (runas) tags: commands` of sudoers, aliases resolved. */
export interface SudoRule {
  /** As written: `alice`, `%wheel`, `#1000`, `%#27`, `+admins`, `ALL`, `!bob`. */
  readonly who: readonly string[];
  /** Local accounts that the rule reaches, sorted; `+netgroup` and `%:group` can't be told from files. */
  readonly accounts: readonly string[];
  /** True when it covers every account (`ALL`). */
  readonly everyone: boolean;
  readonly hosts: readonly string[];
  /** Users one may become; `root` when nothing is written. */
  readonly runas: readonly string[];
  readonly runas_groups: readonly string[];
  /** With their arguments; `!` before what is excluded. */
  readonly commands: readonly string[];
  readonly nopasswd: boolean;
  /** `NOPASSWD`, `SETENV`, `NOEXEC`, … as they apply. */
  readonly tags: readonly string[];
  /** Whoever it reaches can become root by it, and how; absent when the commands don't allow it as far as is known. */
  readonly root?:
    | "any command"
    | "a shell or an interpreter"
    | "an editor or pager"
    | "a command that changes accounts or files";
  readonly source: IamSource;
}

export interface SudoReport {
  readonly rules: readonly SudoRule[];
  /** `Defaults` lines that matter: their text, and the scope (`@host`, `:user`, `!command`, `>runas`) if any. */
  readonly defaults: readonly {
    readonly scope?: string;
    readonly text: string;
    readonly source: IamSource;
  }[];
  /** Accounts that can become root by sudo: how, and whether without a password. */
  readonly root: readonly {
    readonly account: string;
    readonly nopasswd: boolean;
    readonly via: readonly string[];
    readonly sources: readonly IamSource[];
  }[];
  /** Lines that the parser did not understand. */
  readonly unparsed: readonly { readonly text: string; readonly source: IamSource }[];
}

export interface IamKey {
  readonly account: string;
  /** `ssh-ed25519`, `ssh-rsa`, … */
  readonly type: string;
  /** Absent when the key blob could not be decoded. */
  readonly bits?: number;
  /** `SHA256:…` as ssh-keygen prints it. */
  readonly fingerprint?: string;
  readonly comment: string;
  /** Names and values (`from="10.0.0.0/8"`, `no-pty`, `command="…"`) as written. */
  readonly options: readonly string[];
  readonly cert_authority: boolean;
  /** Why it is weak: `DSA`, `RSA of 1024 bits`; absent when it isn't. */
  readonly weak?: string;
  readonly source: IamSource;
}

export interface SshdReport {
  /** Keyword in lower case to effective global value (the first one wins, as in sshd). */
  readonly settings: readonly { readonly key: string; readonly value: string; readonly source: IamSource }[];
  /** Settings inside `Match` blocks. */
  readonly matched: readonly {
    readonly match: string;
    readonly key: string;
    readonly value: string;
    readonly source: IamSource;
  }[];
  /** `Include` patterns that were not handed in. */
  readonly includes_unread: readonly string[];
}

export interface IamAgeing {
  readonly account: string;
  readonly password: PasswordState;
  readonly hash?: string;
  /** Calendar date, UTC. Absent: not recorded. */
  readonly last_change?: string;
  readonly min_days?: number;
  /** Absent: never expires. */
  readonly max_days?: number;
  readonly warn_days?: number;
  readonly inactive_days?: number;
  /** The date on which the password must be changed. */
  readonly password_expires?: string;
  readonly password_expired: boolean;
  readonly never_expires: boolean;
  /** Must be changed at the next login. */
  readonly must_change: boolean;
  readonly account_expires?: string;
  readonly account_expired: boolean;
  readonly source: IamSource;
}

export interface IamMode {
  readonly path: string;
  readonly type: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  readonly size: number;
  readonly mtime: string;
  readonly link?: string;
  /** What is wrong with it, in words; empty when nothing is. */
  readonly problems: readonly string[];
}

export interface IamFinding {
  readonly severity: IamSeverity;
  readonly section: IamSection;
  /** Stable short name of the check: `uid0-not-root`, `empty-password`, `sudo-nopasswd-root`, … */
  readonly check: string;
  /** One sentence. */
  readonly text: string;
  /** Accounts or groups or paths concerned. */
  readonly subjects: readonly string[];
  readonly source: IamSource;
}

/** The document. Sections that were not asked for are absent. */
export interface IamReport {
  readonly schema: typeof IAM_SCHEMA;
  readonly tool: "iam-inspect";
  readonly query: {
    readonly sections: readonly IamSection[];
    readonly accounts: readonly string[];
    readonly groups: readonly string[];
    /** Names that were asked for and don't exist here. */
    readonly unknown_accounts: readonly string[];
    readonly unknown_groups: readonly string[];
  };
  readonly accounts?: readonly IamAccount[];
  readonly groups?: readonly IamGroup[];
  readonly sudo?: SudoReport;
  readonly keys?: { readonly keys: readonly IamKey[]; readonly sshd?: SshdReport };
  readonly ageing?: readonly IamAgeing[];
  readonly modes?: readonly IamMode[];
  /** Most severe first. */
  readonly findings: readonly IamFinding[];
  readonly read: readonly string[];
  /** Files that exist and could not be read, or are not there though a section needs them. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** What this report does not know: directory services, netgroups, includes; whole sentences. */
  readonly notes: readonly string[];
}
