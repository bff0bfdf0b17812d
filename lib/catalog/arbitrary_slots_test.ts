/**
 * Values that a goal could produce, good and bad, for property tests.
 *
 * @module
 */
import fc from "fast-check";
import { slotsOf } from "./build.ts";
import type { Form, Slots, SlotSpec, SlotType, SlotValue, Tool } from "./types.ts";

/** What an attacker would write into a goal. */
export const HOSTILE: readonly string[] = [
  "-x",
  "--kubeconfig=/tmp/evil",
  "-",
  "--",
  "-oN/etc/cron.d/x",
  "a\u0000b",
  "a\nb",
  "a\rb",
  "a\u001b[31m",
  "a\u2028b",
  "a\u202eb",
  "\ud800",
  "",
  " ",
  "$(id)",
  "`id`",
  "a;id",
  "a|id",
  "a&&id",
  "a>b",
  "~/.ssh",
  "http://203.0.113.5/x",
  "md:prod",
  ":memory:",
  "@/etc/passwd",
  "169.254.169.254",
  "0.0.0.0/0",
  "010.0.0.1",
  "127.1",
  "::ffff:8.8.8.8",
  "a".repeat(5000),
  "__proto__",
];

const hostile = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.tuple(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 8 })).map(([one, two]) => one + two),
);

/** A value that mostly fits a type, to get past its check. */
function fitting(type: SlotType): fc.Arbitrary<string> {
  switch (type.kind) {
    case "enum":
      return fc.constantFrom(...type.values);
    case "pattern":
      return fc.stringMatching(new RegExp(`^(?:${type.pattern})$`), { size: "small" });
    case "integer":
      return fc.integer({ min: type.min, max: Math.min(type.max, 2 ** 31 - 1) }).map(String);
    case "switch":
      return fc.constant("true");
    case "path":
      return fc.oneof(
        fc.stringMatching(/^[A-Za-z0-9._ @#%=+,äß-]{1,12}(\/[A-Za-z0-9._ @#%=+,äß-]{1,12}){0,3}$/),
        fc.string({ minLength: 1, maxLength: 12 }),
      );
    case "address":
      return fc.oneof(
        fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => `10.${parts.join(".")}`),
        fc.tuple(fc.nat(255), fc.integer({ min: 16, max: 32 })).map(([part, bits]) =>
          `192.168.${part}.0/${bits}`
        ),
        fc.ipV6(),
        fc.ipV4(),
      );
    case "ports":
      return fc.oneof(
        fc.constant("-"),
        fc.array(fc.nat(70_000), { minLength: 1, maxLength: 5 }).map((ports) => ports.join(",")),
      );
    case "text":
      return fc.string({ minLength: 1, maxLength: 60 });
  }
}

function valueOf(spec: SlotSpec): fc.Arbitrary<SlotValue> {
  const one = fc.oneof({ weight: 6, arbitrary: fitting(spec.type) }, { weight: 1, arbitrary: hostile });
  const most = spec.many ?? 1;
  return most === 1
    ? fc.oneof(one, fc.array(one, { maxLength: 2 }))
    : fc.oneof(one, fc.array(one, { maxLength: most + 1 }));
}

/** Slots of a form: each present or not, with values of {@link valueOf}. */
export function slotsFor(tool: Tool, form: Form): fc.Arbitrary<Slots> {
  const model: Record<string, fc.Arbitrary<SlotValue>> = {};
  for (const name of slotsOf(form)) {
    const spec = tool.slots[name];
    if (spec !== undefined) model[name] = valueOf(spec);
  }
  const required = Object.keys(model).filter((name) => tool.slots[name]?.required === true);
  return fc.record(model, { requiredKeys: required });
}
