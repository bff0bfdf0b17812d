/**
 * Goals that nmap answers.
 *
 * @module
 */
import { isSafeTarget, targetRange, targetSize } from "../../catalog/addresses.ts";
import type { Slots } from "../../catalog/types.ts";
import { type Claim, STRENGTH } from "./claims.ts";
import type { Reading } from "./reading.ts";
import { expectedPorts, isOnlyExpected, portsOf, topPortsOf } from "./sec_nmap_ports.ts";
import { isKnownWord, type Token } from "./text/tokens.ts";

const SWEEP =
  /\b(?:ping (?:sweep|scan|all|every\w*|each|the)|(?:which|what) (?:ones?|of (?:them|these|those))(?: \S+){0,2}? (?:on|up|alive|online|awake|answer\w*|respond\w*|reachable|running)|who (?:answers?|responds?|replies|is (?:home|there|awake|online|up))|any(?:one|body|thing) (?:home|there|awake)|sweep|host discovery|discover (?:\S+ ){0,3}?(?:hosts?|machines|devices|computers|live)|(?:which|what|how many|any|are there|all|list|find|show|see) (?:\S+ ){0,6}?(?:hosts?|computers?|machines?|devices?|addresses|ips|ip addresses|systems|boxes|printers|servers|clients)(?: \S+){0,6}? (?:up|alive|online|live|on|reachable|active|respond\w*|answer\w*|exist|connected|switched|powered|there|in use|running|available|present)|live hosts|alive hosts|active hosts|hosts alive|who is (?:up|alive|online|there)|what is (?:up|alive|online)|(?:hosts?|anything|anybody|anyone|something|machines?|devices?) (?:\S+ ){0,3}?(?:up|alive|online|awake|switched on|powered on)|ping ‹addr›|in use|host count|(?:which|what|who|how many|any|anyone|anybody|anything)(?: \S+){0,3}? ‹addr› (?:(?:is|are) )?(?:up|alive|online|live|awake|answers?|answering|respond\w*|repl\w+)|(?:answer\w*|respond\w*|repl\w+) (?:at all )?(?:in|from|inside|within) ‹addr›)\b/;
const VERSIONS =
  /\b(?:(?:old|outdated|recent|current|vulnerable|unpatched|latest|patched) (?:openssh|apache|nginx|iis|tomcat|samba|bind|exim|postfix|vsftpd|proftpd|mysql|postgres\w*|redis)|(?:which|what) (?:web|mail|ssh|ftp|dns|http|database|application|proxy|smtp) ?server (?:is|does|do|runs?|software)|releases? (?:of|behind)|versions?|which services|what services|services? (?:are |is )?(?:listening|running|behind|offered|answer\w*)|(?:which|what) (?:\S+ ){0,2}?(?:software|programs?|daemons?|applications?|products?|server software|services?)|banners?|service (?:detection|names|fingerprint\w*|identification)|fingerprint\w*|software (?:behind|running|versions?|is)|identify (?:the )?services?|what (?:exactly |actually )?runs|what is running|what (?:exactly )?(?:listens|answers)|what is listening)\b/;
const SCAN =
  /\b(?:nmap|port ?scan|portscan|scans?|scanning|scanned|ports?|open ports?|listening|listens|listen|reachable|reach(?:es)?|exposed|exposes?|doors|attack surface|attackers?|connect(?:s|ing)? to|accept(?:s|ing)? connections|reached|rdp|ssh into|tcp|udp|services?|answer\w*|respond\w*|open|closed|filtered|firewalled|closed off|accessible|subnet|network|probe|sockets?)\b/;
const THIS_HOST =
  /\b(?:this|the local|our own|my)(?: very| particular| same)? (?:host|machine|server|system|computer|node|laptop|workstation)\b|\blocal (?:host|machine)\b|\bhere\b|\blocally\b/;

const BAD_FLAG =
  /^(?:--script\S*|-sC|-A|-O|-o[NXGSA]\S*|-iL|-iR|--interactive|-sU|-sI|-b|--proxies\S*|-D|-S|-e|--spoof\S*|--data\S*|-f|--mtu\S*|--stylesheet\S*|--webxml|--resume|--datadir\S*|--servicedb\S*|--versiondb\S*|-sS|--privileged|--send\S*|-sO|-sY|-sZ|-PO|--traceroute|--dns\S*|-R|-g|--source-port\S*|--append-output|-oA\S*)$/;

/** Words that introduce what must be left out. */
const EXCLUDE =
  /\b(?:but not|except(?: for)?|without|excluding|exclude|leave out|leaving out|skip|skipping|not|other than|apart from|minus|save for|but skip|but leave out|ignore|ignoring|omit|omitting|spare|avoid|besides) (?:the |our |my |host |hosts |gateway |router |address |addresses |network |subnet |machine |printer |server |firewall |for |at |[^\s:;.?!,]+ ){0,4}?(‹addr›)(?: (?:and|or|,|nor) (?:the |our |\S+ ){0,2}?(‹addr›))?/;
/** Ports that a sweep is told to leave alone. */
const NO_PORTS =
  /\b(?:no|not|without|never|skip|don't|do not|instead of|rather than)(?: \S+){0,3}? (?:port ?scans?|portscan|ports?)\b/g;
const PORTS_WANTED = /\b(?:open ports?|ports?)\b/;
/** "leave 10.0.0.3 out of it", "10.0.0.3 excluded". */
const LEFT_OUT =
  /\b(?:leave|leaving|keep|keeping|take|cut) (?:the |\S+ ){0,2}?(‹addr›)(?: (?:and|or|,) (‹addr›))? (?:out|alone|off)\b/;
const EXCEPTED =
  /(‹addr›)(?: (?:and|or|,) (‹addr›))? (?:is |are )?(?:excluded|excepted|left out|off limits|out of scope)\b/;

export function nmapClaim(reading: Reading): Claim | undefined {
  const claim = (strength: number, result: Claim["result"]): Claim => ({
    tool: "nmap",
    persona: "secops",
    strength,
    result,
  });
  const refuse = (reason: string, strength: number = STRENGTH.named): Claim =>
    claim(strength, { kind: "refuse", reason });
  const named = reading.has(/\bnmap\b|\bport ?scans?\b|\bportscan\b/);
  const sweep = reading.has(SWEEP) && !reading.has(/\bup with\b|\bin use (?:by|in|for)\b/) &&
    (reading.askedLiterals("addr", "badaddr").length > 0 ||
      reading.has(/\b(?:sweep|ping|network|subnet|lan|vlan|range)\b/));
  const addresses = reading.askedLiterals("addr");
  const pastedAddresses =
    addresses.length === 0 && reading.has(/\b(?:that|this|the same|same|it|again|there|above)\b/)
      ? reading.literals("addr")
      : [];
  const bad = reading.askedLiterals("badaddr");
  const hosts = reading.askedLiterals("host");
  const scanning = named || sweep || (reading.persona === "secops" && addresses.length > 0) ||
    reading.has(SCAN) || (addresses.length > 0 && reading.has(VERSIONS)) ||
    reading.has(/\blisting on ‹num›/) ||
    (hosts.length > 0 &&
      reading.has(
        /\b(?:ping|up|reach\w*|protected|secure|secured|website|web site|attack\w*|hack\w*|safe)\b/,
      ));
  const strong = named || sweep ||
    reading.has(
      /\b(?:scan|scans|scanning|ports?|tcp|listening|listens|open ports|subnet|sweep|reachable|exposed|doors)\b/,
    );
  if (!scanning) return undefined;
  // An exporter's address in a question about metrics is no target.
  if (
    reading.persona !== "secops" && reading.has(/\b(?:prometheus|promql|instance|exporter|metrics?)\b/) &&
    !reading.has(/\b(?:nmap|scan|scans|scanning|sweep|open ports?|port ‹num›)\b/)
  ) return undefined;
  const ports = portsOf(reading);
  const exclude = [
    ...new Set(
      [EXCLUDE, LEFT_OUT, EXCEPTED].flatMap((pattern) => reading.every(pattern))
        .flatMap((hit) => [hit.token(1), hit.token(2)]),
    ),
  ].filter((token): token is Token => token !== undefined);
  const flagExclude = /--exclude[ =](\S+)/.exec(reading.goal)?.[1];
  // "10.9.9.1 …: sweep 10.9.9.0/24 without it": the one address that was spoken of.
  const alone = addresses.filter((token) => !/[/-]/.test(token.raw));
  const lone = alone[0];
  if (
    lone !== undefined && alone.length === 1 && addresses.length > 1 && exclude.length === 0 &&
    reading.has(
      /\b(?:without|except|excluding|but not|skip|skipping|leave out) (?:it|itself|that one|that host|him|this one)\b/,
    )
  ) exclude.push(lone);
  const left = new Set(exclude.map((token) => token.start));
  const targets = (addresses.length > 0 ? addresses : pastedAddresses).filter((token) =>
    !left.has(token.start) && !(flagExclude ?? "").includes(token.raw)
  );
  if (bad.length > 0 && strong) return refuse(`"${bad[0]?.raw ?? ""}" is no address inside the safe subnets`);
  if (
    hosts.length > 0 &&
    (strong ||
      /\b(?:ping|up|reach\w*|protected|secured?|attack\w*|vulnerab\w*|open|safe|website)\b/.test(
        reading.asked,
      ))
  ) {
    return refuse(
      `"${
        hosts[0]?.raw ?? ""
      }" is a host name that nothing resolves here; name an address inside the safe subnets`,
    );
  }
  const url = reading.askedLiterals("url")[0];
  if (url !== undefined && strong) return refuse(`"${url.raw.slice(0, 80)}" is outside the safe subnets`);
  const wrong = targets.filter((token) => !safe(reading, token.raw));
  const outside = wrong.find((token) => !(targetSize(token.raw) > 65_536n && insideWhenSmaller(token.raw)));
  if (outside !== undefined) return refuse(`"${outside.raw}" is not wholly inside the safe subnets`);
  if (wrong[0] !== undefined) {
    return claim(STRENGTH.clear, {
      kind: "ask",
      question: `Which part of ${wrong[0].raw}? At most 65536 addresses are scanned at once.`,
    });
  }
  if (
    strong && targets.length === 0 &&
    reading.has(
      /\b(?:(?:the|whole|entire|public|open) internet|internet facing|outside world|public (?:ips?|addresses|network|range|website|web ?sites?|sites?|servers?|hosts?|facing \S+))\b/,
    )
  ) {
    return refuse("Only addresses inside the safe subnets are scanned");
  }
  const flag = reading.askedLiterals("flag").find((token) => BAD_FLAG.test(token.raw));
  if (flag !== undefined && (named || targets.length > 0)) {
    return refuse(`The option ${flag.raw} is not allowed: it executes, writes, or needs raw sockets`);
  }
  const asksScript = reading.find(
    /\b(?:nse|(?:vulnerability|exploit|nse|brute force|default|safe|auth|discovery|all) scripts?|scripts? (?:scan|engine|default|vuln|safe|auth|smb|http|ssl)|with (?:\S+ )?scripts?|exploits?|brute ?force|aggressive scan|os detection|(?:what|which) os\b|guess(?:ing)? (?:the |its |a )?(?:\S+ )?(?:passwords?|logins?|credentials)|operating systems?|detect the os|os version|os fingerprint\w*|decoys?|spoof\w*|stealth|syn scan|udp|zombie|idle scan|flood(?:ing)?|(?:try|test|use|check) (?:the |out )?(?:default|common|weak|usual|known) (?:credentials?|passwords?|logins?)|default (?:credentials|passwords?|logins?)|(?:through|via|over|behind) (?:a |the |our |an )?(?:\S+ )?(?:proxy|proxies|socks|tor)|arp (?:spoof|poison)\w*|sniff\w*|intercept|denial of service|ddos|dos attack|fuzz\w*|metasploit|payload|attack (?:it|the|them|‹)|hack)\b/,
  );
  if (asksScript !== undefined && (targets.length > 0 || named || strong)) {
    return refuse(`nmap runs without raw sockets and scripts here, so "${asksScript.text}" can't be done`);
  }
  const local = targets.length === 0 && reading.has(THIS_HOST) &&
    reading.has(
      /\b(?:ports?|listen\w*|sockets?|scan|nmap|exposed|reachable|services? (?:running|listening|open))\b/,
    );
  if (targets.length === 0 && !local) {
    const name = hostName(reading);
    if (name !== undefined && strong) {
      return refuse(
        `"${name}" is a host name that nothing resolves here; name an address inside the safe subnets`,
        STRENGTH.clear,
      );
    }
    if (!strong && !reading.has(/\b(?:attackers?|hackers?|exposed|network|hosts?|machine)\b/)) {
      return undefined;
    }
    const clear = named || sweep ||
      reading.has(/\bscan(?:s|ning)?\b(?! of (?:the )?(?:code|python))|\bports?\b|\blisten\w*\b/) &&
        !reading.has(/\bcode\b|\bpython\b|\bbandit\b|\brepository\b/);
    return claim(clear ? STRENGTH.clear : STRENGTH.hint, {
      kind: "ask",
      question: ports === undefined
        ? "Which host or network (an address inside the safe subnets)?"
        : `On which host or network (an address inside the safe subnets) is port ${ports} to be looked at?`,
    });
  }
  const values = local ? ["127.0.0.1"] : joinRange(reading, targets);
  const slots: Record<string, Slots[string]> = { targets: [...new Set(values)].slice(0, 16) };
  const excluded = [
    ...exclude.map((token) => token.raw),
    ...(flagExclude === undefined ? [] : flagExclude.split(",")),
  ];
  if (excluded.length > 0) {
    const foreign = excluded.find((text) => !isSafeTarget(text));
    if (foreign !== undefined) return refuse(`"${foreign}" is not an address inside the safe subnets`);
    slots.exclude = [...new Set(excluded)].slice(0, 16);
  }
  const pastedVersion = reading.has(/\b(?:updated|upgraded|patched|newer|still|same|changed)\b/) &&
    reading.text.segments.some((segment) =>
      segment.pasted && /\bopen\b.*\d\.\d/.test(segment.text.slice(0, 400))
    );
  const versions = pastedVersion || reading.has(VERSIONS) || /(?:^|\s)-sV(?:\s|$)/.test(reading.goal);
  const onlySweep =
    (sweep && ports === undefined && !versions && !PORTS_WANTED.test(reading.asked.replace(NO_PORTS, " "))) ||
    /(?:^|\s)-s[nP](?:\s|$)/.test(reading.goal);
  const about: Record<string, string> = { target: values.join(", ") };
  const expected = expectedPorts(reading);
  if (expected !== undefined) about.expected = expected;
  if (onlySweep) {
    return claim(STRENGTH.named, {
      kind: "steps",
      intent: "sweep",
      about,
      steps: [{
        tool: "nmap",
        form: "sweep",
        slots,
        why: `finds out which addresses of ${values.join(", ")} answer`,
      }],
    });
  }
  const top = topPortsOf(reading);
  if (top !== undefined) slots.top_ports = top;
  else if (ports !== undefined && !isOnlyExpected(ports, expected)) {
    slots.ports = ports;
    about.ports = ports;
  }
  if (versions) slots.versions = "true";
  const timing = /(?:^|\s)-T ?([0-5])\b/.exec(reading.goal)?.[1] ??
    /\b(?:timing|template)(?: template)? (?:T|level )?([0-5])\b/i.exec(reading.goal)?.[1];
  if (timing !== undefined) slots.timing = timing;
  const bySize = targets.some((token) => token.raw.includes("/"));
  return claim(
    strong || bySize
      ? STRENGTH.named
      : reading.has(SCAN) || reading.has(VERSIONS)
      ? STRENGTH.clear
      : STRENGTH.hint,
    {
      kind: "steps",
      intent: versions ? "service-versions" : "open-ports",
      about,
      steps: [{ tool: "nmap", form: "scan", slots, why: `looks at the TCP ports of ${values.join(", ")}` }],
    },
  );
}

const safe = (reading: Reading, text: string): boolean =>
  reading.safeSubnets === undefined ? isSafeTarget(text) : isSafeTarget(text, reading.safeSubnets);

/** True for a network that is only too large, such as 10.0.0.0/8. */
const insideWhenSmaller = (text: string): boolean => {
  const range = targetRange(text);
  if (range === undefined) return false;
  const base = text.slice(0, text.indexOf("/"));
  return isSafeTarget(`${base}/${range.family === "ipv4" ? 16 : 112}`) &&
    /^(?:10\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|127\.|fd|fc|fe8)/.test(base) &&
    Number(text.slice(text.indexOf("/") + 1)) >=
      (/^10\.|^127\./.test(base) ? 8 : /^172/.test(base) ? 12 : /^192/.test(base) ? 16 : 7);
};

/** "10.0.0.1 to 10.0.0.20" is one range. */
function joinRange(reading: Reading, targets: readonly Token[]): string[] {
  const hit = reading.find(/(‹addr›) (?:to|through|thru|till|-|–|until|up to) (‹addr›)/) ??
    reading.find(/\bbetween (‹addr›) and (‹addr›)/);
  const [from, to] = [hit?.token(1)?.raw, hit?.token(2)?.raw];
  if (from !== undefined && to !== undefined) {
    const last = to.slice(to.lastIndexOf(".") + 1);
    const joined = `${from}-${last}`;
    if (from.slice(0, from.lastIndexOf(".")) === to.slice(0, to.lastIndexOf(".")) && isSafeTarget(joined)) {
      return [joined, ...targets.map((token) => token.raw).filter((raw) => raw !== from && raw !== to)];
    }
  }
  return targets.map((token) => token.raw);
}

/** A host's name where an address should stand: `scan db01`. */
function hostName(reading: Reading): string | undefined {
  const hit = reading.find(
    /\b(?:nmap|scan|on|of|against|at|host|server|machine|is|does) (?:the |our |host |server |machine )*(\S+)/,
  );
  for (
    const one of hit === undefined ? [] : reading.every(
      /\b(?:nmap|scan|on|of|against|at|host|server|machine) (?:the |our |host |server |machine )*(\S+)/,
    )
  ) {
    const token = one.token(1);
    if (
      token?.literal === "name" && /^[a-z][a-z0-9-]*\d?[a-z0-9-]*$/i.test(token.raw) &&
      !isKnownWord(token.raw) && !/^(?:tcp|udp|ipv[46]|port)/i.test(token.raw)
    ) return token.raw;
  }
  return undefined;
}
