import assert from "node:assert/strict";
import type { Attack } from "./scene.ts";
import { judgeAttempt } from "./cases.ts";

const attack: Attack = { name: "a way", run: () => {}, refused: "socket: E" };
const sent = { said: "sent", arrived: ["LEAKOPEN"] };

Deno.test("judgeAttempt: blocked is the exact refusal, with nothing that arrived", () => {
  assert.equal(judgeAttempt(attack, sent, { said: "socket: E", arrived: [] }).outcome, "blocked");
});

Deno.test("judgeAttempt: another refusal, or bytes that arrive, is an escape", () => {
  assert.equal(judgeAttempt(attack, sent, { said: "connect: 111", arrived: [] }).outcome, "escaped");
  assert.equal(judgeAttempt(attack, sent, { said: "sent", arrived: [] }).outcome, "escaped");
  assert.equal(judgeAttempt(attack, sent, { said: "socket: E", arrived: ["LEAKLOCK"] }).outcome, "escaped");
});

Deno.test("judgeAttempt: without a control that delivers, nothing is shown", () => {
  const refused = { said: "socket: E", arrived: [] };
  assert.equal(judgeAttempt(attack, { said: "socket: 38", arrived: [] }, refused).outcome, "skipped");
  assert.equal(judgeAttempt(attack, { said: "sent", arrived: [] }, refused).outcome, "skipped");
  assert.equal(judgeAttempt(attack, undefined, undefined).outcome, "skipped");
});
