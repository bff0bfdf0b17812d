/**
 * Goals that bandit answers.
 *
 * @module
 */
import type { Slots } from "../../catalog/types.ts";
import { type Claim, STRENGTH } from "./claims.ts";
import type { Reading } from "./reading.ts";
import { extensionOf } from "./text/classify.ts";
import { levelsOf } from "./sec_bandit_levels.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";

const NAMED = /\bbandit\b/;
const CODE =
  /\b(?:code|python|python3|py|source|sources|codebase|scripts?|package|module|repository|programs?|sast|static (?:security )?(?:analysis|scan)|(?:security|sast|code) (?:scan|review|analysis) of ‹path›|library|developers|consultants|flask|django)\b/;
const SECURITY =
  /\b(?:security|secure|insecure|securely|vulnerab\w*|safe|unsafe|safely|unsafely|insecurely|safety|bugs?|weakness\w*|flaws?|holes?|hardcoded|hard coded|passwords?|secrets?|credentials|tokens?|injections?|dangerous|risky|risks?|static (?:security )?analysis|sast|findings?|exploitable|eval|pickle|shell true|subprocess|md5|sha1|weak (?:crypto\w*|hash\w*|ciphers?)|yaml load|severity|critical|severe|serious|issues?|audit|scan|problems?|check|smells?|bad practices?|backdoors?|attackers?|hackers?|malicious|break in|abuse[ds]?|attack(?:ed|s)?)\b/;
/** Calls and modules that bandit looks for by name. */
const CALLS =
  /\b(?:eval|exec|pickle|marshal|subprocess|os\.system|shell\s?=\s?true|yaml\.?\s?load|md5|sha1|mktemp|hard-?\s?coded|sql injections?|assert)\b/i;
const OTHER_LANGUAGE =
  /\b(?:java|javascript|typescript|node ?js|golang|go code|c code|perl|kotlin|swift|scala|html|css|shell scripts?|bash scripts?|rust|ruby|php|docker image|docker images|container image|dockerfile|helm chart|npm|cve|cves|dependency|dependencies|requirements|semgrep|sonarqube|trivy|snyk|gitleaks|grype)\b/;

/** Numbers of bandit's tests: `B602`, `B105,B106`. */
const TESTS = /^B\d{3}(?:,B\d{3})*$/;

/** Places that are Vault's or the host's own, and what is asked of those. */
const OTHER_PLACE =
  /^(?:kv\d?|secrets?|pki\w*|database|transit|aws|cubbyhole|identity|auth|sys|totp|ldap|consul|approle)\/|^\/(?:etc|root|proc|sys|dev|var|boot|run)(?:\/|$)|\.(?:ssh|gnupg)(?:\/|$)/;
const ELSEWHERE =
  /\b(?:vault|openbao|bao|modes?|permissions?|readable|writable|owner|owned|owns|accounts?|sudo\w*|logs?|rows?|columns?|pods?|namespace|dbt|sqlmesh|terraform)\b/;

const EXCLUDE =
  /\b(?:but not|(?:everything|anything|all|all of it) but|but leave|except(?: for)?|without|excluding|exclude|leave out|leaving out|leave|skip|skipping|not|other than|apart from|ignore|ignoring|omit|omitting|minus|besides|nothing from|nothing in|nothing under|stay out of|keep out of|spare|avoid) (?:the |everything (?:in|under|below) |anything (?:in|under|below) |what is (?:in|under) |directory |folder |file |files |tests? (?:in|under) |code (?:in|under) |\S+ ){0,3}?(‹path›)(?: (?:and|or|,|nor) (?:the )?(‹path›))?/;

const isCode = (token: Token): boolean => {
  const extension = extensionOf(token.raw);
  return !/^\/var\/log/.test(token.raw) &&
    !["log", "csv", "parquet", "duckdb", "gz", "tf", "tfvars", "json", "html", "ini", "zst"].includes(
      extension,
    );
};

export function banditClaim(reading: Reading): Claim | undefined {
  const named = reading.has(NAMED);
  const claim = (strength: number, result: Claim["result"]): Claim => ({
    tool: "bandit",
    persona: "secops",
    strength,
    result,
  });
  const paths = reading.askedLiterals("path").filter(isCode);
  if (
    !named && paths.length > 0 && reading.has(OTHER_LANGUAGE) && !reading.has(/\bpython3?\b/) &&
    !paths.some((token) => token.raw.endsWith(".py")) &&
    reading.has(/\b(?:code|sources?|review|scan|check|audit|analy[sz]e)\b/) &&
    !reading.has(/\b(?:rows?|columns?|pods?|vault)\b/)
  ) {
    return claim(STRENGTH.clear, {
      kind: "refuse",
      reason: "bandit reads Python only; no tool here looks at that",
    });
  }
  const python = reading.has(/\bpython3?\b|\bpy\b/) || paths.some((token) => token.raw.endsWith(".py"));
  const code = reading.has(CODE) || python;
  const security = reading.has(SECURITY);
  const calls = CALLS.test(reading.goal.slice(0, 8192));
  const pastedBandit = reading.text.segments.some((segment) =>
    segment.pasted && /\bB\d{3}\b|>> Issue|Severity: |bandit/i.test(segment.text)
  );
  // To secops a place of files is code, unless it is one of Vault's or of the host's own.
  const place = reading.persona === "secops" && security && reading.literals("addr", "host").length === 0 &&
    !reading.has(ELSEWHERE) && paths.some((token) => !OTHER_PLACE.test(token.raw));
  const tests = reading.text.tokens.some((token) => !token.pasted && TESTS.test(token.raw));
  if (
    !named && !place && !(tests && reading.persona === "secops") && !(code && security) &&
    !(calls && (paths.length > 0 || reading.persona === "secops" && bareTarget(reading, false).length > 0)) &&
    !(python && reading.has(/\bwrite\b|\breview\b/)) && !pastedBandit &&
    !(reading.persona === "secops" && paths.some((token) => token.raw.endsWith(".py")))
  ) {
    return undefined;
  }
  if (!named && reading.has(OTHER_LANGUAGE) && !python) {
    return paths.length > 0 || reading.has(/\bscan|vulnerab/)
      ? claim(STRENGTH.clear, {
        kind: "refuse",
        reason: "bandit reads Python only; no tool here looks at that",
      })
      : undefined;
  }
  if (
    /(?:^|\s)(?:-o|--output)[ =]/.test(reading.goal) ||
    /(?:^|\s)(?:-c|--configfile|--ini|-b|--baseline|-p|--profile)[ =]\S/.test(reading.goal) && named
  ) {
    return claim(STRENGTH.named, {
      kind: "refuse",
      reason: "That option of bandit writes a file or reads a configuration; it is not allowed",
    });
  }
  const exclude = reading.every(EXCLUDE).flatMap((hit) => [hit.token(1), hit.token(2)]).filter((
    token,
  ): token is Token => token !== undefined);
  const flagged = /(?:^|\s)(?:-x|--exclude)[ =](\S+)/.exec(reading.goal)?.[1];
  const out = new Set(exclude.map((token) => token.start));
  let targets = paths.filter((token) =>
    !out.has(token.start) && token.raw !== flagged && !(flagged ?? "").split(",").includes(token.raw)
  ).map((token) => token.raw);
  const excluded = [
    ...exclude.map((token) => token.raw),
    ...(flagged === undefined ? [] : flagged.split(",")),
  ];
  if (targets.length === 0) targets = bareTarget(reading, named);
  const bareOut = reading.find(
    /\b(?:without|except|excluding|exclude|skip|skipping|ignore|ignoring|leave out|leaving out|omit|not|no|minus|leave|spare) (?:the |its |their |all )?(\S+) (?:directory|folder|dir|subdirectory|subfolder|directories|folders)\b/,
  )?.token(1);
  if (
    bareOut !== undefined && excluded.length === 0 && /^[A-Za-z0-9_][\w./-]*$/.test(bareOut.raw) &&
    targets.length > 0
  ) {
    const base = targets[0] ?? "";
    // bandit compares whole paths, so a folder inside the target is named with it.
    excluded.push(base.endsWith(".py") ? bareOut.raw : `${base.replace(/\/$/, "")}/${bareOut.raw}`);
  }
  if (targets.length === 0) {
    const pasted = reading.has(/\b(?:this|that|the|same) (?:\S+ )?(?:file|one|code|script|module)\b/)
      ? reading.text.tokens.filter((token) => token.pasted).map((token) => pastedFile(token.raw)).find((
        path,
      ) => path !== undefined)
      : undefined;
    if (pasted !== undefined) targets = [pasted];
  }
  if (targets.length === 0 && named) {
    // "bandit on python": a place, since the language needs no saying to bandit.
    const place = reading.find(
      /\bbandit (?:\S+ ){0,4}?(?:on|in|under|over|against) (?:the )?(python|code|source|scripts?|lib|tests?) ?(?:$|[,;?!])/,
    )
      ?.token(1)?.raw;
    if (place !== undefined) targets = [place];
  }
  const strength = named ? STRENGTH.named : python || pastedBandit || tests ||
      place &&
        reading.has(/\b(?:severity|confidence|findings?|vulnerab\w*|security|insecure|injections?)\b/) ||
      reading.has(/\bcode(?:base)?\b/)
    ? STRENGTH.clear
    : STRENGTH.hint;
  if (targets.length === 0) {
    return claim(strength, { kind: "ask", question: "Which directory or file of Python code?" });
  }
  const slots: Record<string, Slots[string]> = { paths: [...new Set(targets)].slice(0, 16) };
  Object.assign(slots, levelsOf(reading));
  if (excluded.length > 0) slots.exclude = [...new Set(excluded)].slice(0, 16);
  const chosen = reading.text.tokens.filter((token) => !token.pasted && TESTS.test(token.raw))
    .flatMap((token) => token.raw.split(","));
  const left = new Set(
    [
      ...reading.goal.slice(0, 8192).matchAll(
        /(?:(?:^|\s)(?:-s|--skip)[= ]|\b(?:skip(?:ping)?|ignor(?:e|ing)|without|except(?: for)?|excluding|exclude|leav(?:e|ing) out|but not|not|minus|omit(?:ting)?) (?:the |tests? |checks? |test )*)(B\d{3}(?:(?:,| and |, | or )B\d{3})*)/gi,
      ),
    ].flatMap((hit) => (hit[1] ?? "").match(/B\d{3}/g) ?? []),
  );
  const wanted = [...new Set(chosen)].filter((test) => !left.has(test));
  if (wanted.length > 0) slots.tests = wanted.slice(0, 32);
  if (left.size > 0) slots.skips = [...left].slice(0, 32);
  return claim(paths.length > 0 || named ? Math.max(strength, STRENGTH.clear) : strength, {
    kind: "steps",
    intent: "code-findings",
    about: {},
    steps: [{
      tool: "bandit",
      form: "scan",
      slots,
      why: `looks for security problems in ${targets.slice(0, 3).join(", ")}`,
    }],
  });
}

/** `src/a.py:88:` in pasted material. */
const pastedFile = (raw: string): string | undefined => /^([\w./-]{1,200}\.py)(?::\d+)*:?$/.exec(raw)?.[1];

/** A directory by its bare name: `bandit core`, "scan of billing". */
function bareTarget(reading: Reading, named: boolean): string[] {
  const flagged = named ? /(?:^|\s)-r[ =](?!-)([\w./-]+)/.exec(reading.goal)?.[1] : undefined;
  if (flagged !== undefined) return [flagged];
  const patterns: readonly RegExp[] = [
    /\b(?:directory|folder|dir|package|module|project|repository|file) (?:called |named )?(\S+)/,
    /\bthe (\S+) (?:directory|folder|dir|package|module)\b/,
    /\bbandit (?:\S+ ){0,2}?(?:on|of|for|over|in|against|under|at|through|across) (?:the |our )?(?:directory |folder |code (?:in|under) )?(\S+)/,
    /\b(?:does|is|do|are|check|scan|review) (?:the )?(\S+) (?:, )?python\b/,
    /\b(?:code|python|scan|analysis) (?:in|under|of|from|at|on|inside) (?:the |our )?(\S+)/,
    /\bbandit (\S+)/,
    /\b(?:scan|check|review|analyse|analyze|audit|run|inspect) (\S+)/,
  ];
  for (const [index, pattern] of patterns.entries()) {
    for (const hit of reading.every(pattern)) {
      const token = hit.token(1);
      if (token === undefined || !/^[A-Za-z0-9_][\w.-]*$/.test(token.raw)) continue;
      if (token.literal !== undefined && token.literal !== "name" && token.literal !== "quoted") continue;
      const word =
        /^(?:the|a|an|our|my|this|that|it|all|any|current|working|same|code|python|with|and|only|high|medium|low|please|scan|check|run|report|findings|severity|confidence|test|tests|again|for|on|of|in|is|are|was|med|bandit|thing|stuff|job|tool|without|except|exclude|excluding|skip|ignore|but|not|it|if|whether|how|why|who|what|which|where|new|same|whole|results|result|here|source|security|directory|folder|file|files|repository|project|package|module|or|at|to|from|here|there|static|analysis|now|today|everything|something|developers|team|company|hard|hardcoded|passwords|secrets|safe|issues|bugs|b\d{3}|finds?|found|says?|said|did|does|just|nothing|us|we|you|i|me)$/i
          .test(token.canon);
      if (word) continue;
      // "bandit for the payment service": whose code, not where it lies.
      const behind = reading.asked.slice(hit.index + hit.text.length).trimStart();
      if (
        token.literal === undefined && isKnownWord(token.canon) &&
        /^(?:service|team|app|application|developers?|guys|people|department|squad|backend|frontend|api)\b/
          .test(behind)
      ) continue;
      const placed = (index === 3 || index === 4) &&
        !/^(?:general|production|question|use|place|review|it|order|python|danger)$/.test(token.canon);
      if (index >= 2 && !named && !placed && isKnownWord(token.canon) && token.literal === undefined) {
        continue;
      }
      return [token.raw];
    }
  }
  return reading.has(/\b(?:current|working|this) (?:directory|dir|folder)\b|\bright here\b/) ? ["."] : [];
}
