import assert from "node:assert/strict";
import fc from "fast-check";
import { daysFromCivil } from "./log_clock.ts";
import { createTimeReader } from "./log_time.ts";

const reader = (modified = Date.UTC(2026, 0, 11), now = Date.UTC(2026, 0, 12)) =>
  createTimeReader({ modified, now });
const bytes = (text: string) => new TextEncoder().encode(text);
const iso = (text: string, from = reader()) => {
  const buf = bytes(text);
  return from.read(buf, 0, buf.length) ? new Date(from.ms).toISOString() : undefined;
};

Deno.test("daysFromCivil agrees with Date", () => {
  fc.assert(fc.property(fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true }), (date) => {
    const day = daysFromCivil(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
    assert.equal(day, Math.floor(date.getTime() / 86_400_000));
  }));
});

Deno.test("createTimeReader reads any instant back, with offset and fraction", () => {
  const shared = reader();
  const dates = fc.date({ min: new Date("1990-01-02"), max: new Date("2026-01-11"), noInvalidDate: true });
  fc.assert(
    fc.property(
      dates,
      fc.integer({ min: -14 * 60, max: 14 * 60 }),
      fc.constantFrom("T", " "),
      (date, offset, sep) => {
        const sign = offset < 0 ? "-" : "+";
        const zone = `${String(Math.floor(Math.abs(offset) / 60)).padStart(2, "0")}:${
          String(Math.abs(offset) % 60).padStart(2, "0")
        }`;
        const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, 23).replace("T", sep);
        assert.equal(iso(`x [${local}${sign}${zone}] hello`, shared), date.toISOString());
      },
    ),
  );
});

Deno.test("createTimeReader takes the zone from its name, and UTC where none is written", () => {
  assert.equal(iso("2026-01-10 12:00:00 CET x"), "2026-01-10T11:00:00.000Z");
  assert.equal(iso("2026-01-10 12:00:00 GET x"), "2026-01-10T12:00:00.000Z");
  assert.equal(iso("Start-Date: 2026-01-10  12:00:00"), "2026-01-10T12:00:00.000Z");
  const none = reader();
  iso("2026-01-10 12:00:00 IST x", none);
  iso("2026-01-10T12:00:00Z x", none);
  assert.equal(none.assumed.zone, 1);
  assert.equal(none.assumed.hits, 2);
});

Deno.test("createTimeReader puts a month and day without year before the file's last change", () => {
  const from = reader(Date.UTC(2026, 0, 2));
  assert.equal(iso("Jan  2 10:00:00 h p: x", from), "2026-01-02T10:00:00.000Z");
  assert.equal(iso("Dec 31 10:00:00 h p: x", from), "2025-12-31T10:00:00.000Z");
  assert.equal(from.assumed.year, 2);
});

Deno.test("createTimeReader refuses what is no time of a log", () => {
  for (
    const text of [
      "1985-01-01 00:00:00 x",
      "2027-01-01 00:00:00 x",
      "2026-13-01 00:00:00",
      "2026-01-01 24:00:00",
    ]
  ) {
    assert.equal(iso(text), undefined);
  }
  assert.equal(iso(`${"x ".repeat(60)}2026-01-10 12:00:00`), undefined);
});

Deno.test("createTimeReader finds the time again when it moved along the line", () => {
  const one = reader();
  assert.equal(iso("INFO 2026-01-10 12:00:00 x", one), "2026-01-10T12:00:00.000Z");
  assert.equal(iso("ERROR 2026-01-10 12:00:01 x", one), "2026-01-10T12:00:01.000Z");
  assert.equal(iso("WARN 2026-01-10 12:00:01.5 x", one), "2026-01-10T12:00:01.500Z");
});

Deno.test("createTimeReader reads epoch numbers by their magnitude", () => {
  for (
    const text of ["1767960000", "1767960000.000", "1767960000000", "1767960000000000", "1767960000000000000"]
  ) {
    const one = reader();
    assert.ok(one.readValue(bytes(text), 0, text.length), text);
    assert.equal(one.ms, 1767960000000);
  }
  assert.equal(reader().readValue(bytes("42"), 0, 2), false);
});
