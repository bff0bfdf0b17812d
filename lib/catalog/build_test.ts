import assert from "node:assert/strict";
import fc from "fast-check";
import { SecurityViolation } from "../internal/errors.ts";
import { slotsFor } from "./arbitrary_slots_test.ts";
import { buildCommands, fromInside, slotsOf } from "./build.ts";
import { BUILTIN_TOOLS } from "./catalog.ts";
import { derive } from "./derive.ts";
import { PACKS } from "./packs.ts";
import type { DeriveName, Form, Part, Slots, SlotValue, Tool } from "./types.ts";

const TOOLS: readonly Tool[] = [...BUILTIN_TOOLS, ...Object.values(PACKS).flat()];
const PROGRAM = "/usr/bin/program";
const CONTEXT = {
  program: PROGRAM,
  settings: { "prometheus.url": "http://127.0.0.1:9090", "kubectl.context": "prod" },
} as const;
/** The only dash that a goal may bring to the front of an argument: nmap's "all ports". */
const ALL_PORTS = "-";
/** What a derivation may put at the front. */
const DERIVED_DASH = "-6";

// deno-lint-ignore no-control-regex -- finding control characters is the purpose
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

const list = (value: SlotValue): readonly string[] => (typeof value === "string" ? [value] : value);

const build = (tool: Tool, form: Form, slots: Slots) => {
  try {
    return buildCommands(tool, form.id, slots, CONTEXT);
  } catch (error) {
    // Whatever a goal brings, it is either an argv or this refusal, never a crash.
    assert.ok(error instanceof SecurityViolation, String(error));
    return undefined;
  }
};

/** Most arguments that a template can give. */
function bound(tool: Tool, parts: readonly Part[]): number {
  return parts.reduce((sum, part) => {
    if (typeof part === "string") return sum + 1;
    if ("slot" in part && part.join === undefined) return sum + 2 * (tool.slots[part.slot]?.many ?? 1);
    return sum + 2;
  }, 0);
}

const flagsOf = (parts: readonly Part[]): readonly string[] =>
  parts.flatMap((part) => typeof part === "string" ? [part] : part.flag === undefined ? [] : [part.flag]);

/** Every text that the template or a slot explains, exactly as it must stand. */
function explained(parts: readonly Part[], slots: Slots, tool: Tool): ReadonlySet<string> {
  const texts = new Set<string>([PROGRAM]);
  const add = (flag: string | undefined, value: string) => {
    if (flag?.endsWith("=") === true) texts.add(flag + value);
    else {
      if (flag !== undefined) texts.add(flag);
      texts.add(value);
    }
  };
  for (const part of parts) {
    if (typeof part === "string") texts.add(part);
    else if ("setting" in part) {
      const settings: Partial<Record<string, string>> = CONTEXT.settings;
      const value = settings[part.setting];
      if (value !== undefined) add(part.flag, value);
    } else if ("derive" in part) {
      const value = derive(part.derive, slots);
      if (value !== undefined) add(part.flag, value);
    } else {
      const value = slots[part.slot] ?? tool.slots[part.slot]?.default;
      if (value === undefined) continue;
      if (tool.slots[part.slot]?.type.kind === "switch") texts.add(part.flag ?? "");
      else if (part.slot === tool.chdirSlot && typeof value === "string") add(part.flag, fromInside(value));
      else if (part.join !== undefined) add(part.flag, list(value).join(part.join));
      else for (const one of list(value)) add(part.flag, one);
    }
  }
  return texts;
}

for (const tool of TOOLS) {
  for (const form of tool.forms) {
    Deno.test(`buildCommands gives ${tool.name} (${form.id}) no argv outside the grammar`, () => {
      let built = 0;
      fc.assert(
        fc.property(slotsFor(tool, form), (slots) => {
          const before = JSON.stringify(slots);
          const commands = build(tool, form, slots);
          assert.equal(JSON.stringify(slots), before);
          if (commands === undefined) return;
          built += 1;
          assert.equal(commands.length, form.commands.length);
          commands.forEach((argv, index) => {
            const parts = form.commands[index] ?? [];
            assert.equal(argv[0], parts[0] === "@" ? PROGRAM : parts[0]);
            assert.ok(argv.length <= bound(tool, parts), "more arguments than the template can give");
            const flags = flagsOf(parts);
            const known = explained(parts, slots, tool);
            for (const argument of argv) {
              assert.ok(!FORBIDDEN.test(argument), JSON.stringify(argument));
              assert.notEqual(argument, "");
              assert.ok(known.has(argument), `unexplained: ${JSON.stringify(argument)}`);
              if (!argument.startsWith("-") || argument === ALL_PORTS || argument === DERIVED_DASH) continue;
              assert.ok(
                flags.some((flag) => argument === flag || (flag.endsWith("=") && argument.startsWith(flag))),
                `begins with a dash: ${JSON.stringify(argument)}`,
              );
            }
          });
        }),
        { numRuns: 300 },
      );
      assert.ok(built > 0, "no generated goal got through: the property was not tried");
    });
  }
}

Deno.test("buildCommands refuses slots that a form does not use, undeclared ones and ones of the prototype", () => {
  const [form] = BUILTIN_TOOLS[0]?.forms ?? [];
  const tool = BUILTIN_TOOLS[0];
  assert.ok(tool !== undefined && form !== undefined);
  for (const name of ["raw", "__proto__", "constructor", "toString"]) {
    const slots: Slots = JSON.parse(`{"kinds": "pods", ${JSON.stringify(name)}: "x"}`);
    assert.throws(() => buildCommands(tool, form.id, slots, CONTEXT), SecurityViolation);
  }
  assert.throws(() => buildCommands(tool, "no-such-form", {}, CONTEXT), SecurityViolation);
});

Deno.test("buildCommands refuses values that are no text, as JSON could bring them", () => {
  const tool = BUILTIN_TOOLS.find(({ name }) => name === "kubectl get");
  assert.ok(tool !== undefined);
  for (
    const value of ["5", "null", "{}", "[5]", "[null]", '[["pods"]]', '{"length": 1, "0": "pods"}', "true"]
  ) {
    const slots: Slots = JSON.parse(`{"kinds": ${value}}`);
    assert.throws(() => buildCommands(tool, "get", slots, CONTEXT), SecurityViolation, value);
  }
});

Deno.test("buildCommands takes a placeholder only in the form {step.fact}", () => {
  const tool = BUILTIN_TOOLS.find(({ name }) => name === "kubectl get");
  assert.ok(tool !== undefined);
  const context = { ...CONTEXT, placeholders: new Set(["names"]) };
  const [argv] = buildCommands(tool, "get", { kinds: "pods", names: "{s1.pod_names}" }, context);
  assert.ok(argv?.includes("{s1.pod_names}"));
  for (const names of ["--raw=/x", "x", "{s1}", "{s1.a} --raw", "{s1.a b}", ["{s1.a}", "-x"]]) {
    assert.throws(() => buildCommands(tool, "get", { kinds: "pods", names }, context), SecurityViolation);
  }
  // Without being declared as one it is a value like any other.
  assert.throws(
    () => buildCommands(tool, "get", { kinds: "pods", names: "{s1.pod}" }, CONTEXT),
    SecurityViolation,
  );
});

Deno.test("buildCommands lists secrets by name only", () => {
  const tool = BUILTIN_TOOLS.find(({ name }) => name === "kubectl get");
  assert.ok(tool !== undefined);
  const argv = buildCommands(tool, "get", { kinds: ["pods", "secrets"], output: "name" }, CONTEXT)[0];
  assert.ok(argv?.includes("pods,secrets"));
  for (const output of ["json", "yaml", "wide", undefined]) {
    const slots: Slots = { kinds: ["secrets"], ...(output === undefined ? {} : { output }) };
    assert.throws(() => buildCommands(tool, "get", slots, CONTEXT), SecurityViolation);
  }
});

Deno.test("buildCommands refuses a value that holds the separator of its list", () => {
  const tool = BUILTIN_TOOLS.find(({ name }) => name === "bandit");
  assert.ok(tool !== undefined);
  assert.ok(buildCommands(tool, "scan", { paths: "src", exclude: ["a", "b"] }, CONTEXT)[0]?.includes("a,b"));
  assert.throws(
    () => buildCommands(tool, "scan", { paths: "src", exclude: ["a,/etc"] }, CONTEXT),
    SecurityViolation,
  );
});

Deno.test("buildCommands keeps shell metacharacters as the bytes that they are", () => {
  const tool = BUILTIN_TOOLS.find(({ name }) => name === "log-aggregator");
  assert.ok(tool !== undefined);
  const match = "$(id) `id`; a && b | c > d \"e' \\ * ? ~ # !";
  const [argv] = buildCommands(tool, "files", { paths: "/var/log/syslog", match }, CONTEXT);
  assert.ok(argv?.includes(`--match=${match}`));
});

Deno.test("derive keeps quotes inside the SQL literal that it builds", () => {
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 80 }), (text) => {
    for (const [name, slot] of [["duckdb-serialize", "sql"], ["duckdb-execute", "tree"]] as const) {
      const made = derive(name satisfies DeriveName, { [slot]: text }) ?? "";
      if (name === "duckdb-serialize" && !text.includes("$")) {
        assert.equal(made, `SELECT json_serialize_sql($sql$${text}$sql$) AS tree`);
        continue;
      }
      const literal = made.slice(made.indexOf("'"), made.lastIndexOf("'") + 1);
      assert.equal(literal.slice(1, -1).replaceAll("''", "'"), text);
      // No single quote stands alone inside.
      assert.ok(!/(^|[^'])'(?:'')*($|[^'])/.test(literal.slice(1, -1)) || text.includes("'"));
      assert.equal((literal.slice(1, -1).match(/'/g) ?? []).length % 2, 0);
    }
  }));
});

Deno.test("slotsOf names every slot of every form, and each is declared and used", () => {
  for (const tool of TOOLS) {
    const used = new Set(tool.forms.flatMap((form) => [...slotsOf(form)]));
    assert.deepEqual([...used].filter((name) => !Object.hasOwn(tool.slots, name)), [], tool.name);
    assert.deepEqual(Object.keys(tool.slots).filter((name) => !used.has(name)), [], tool.name);
  }
});
