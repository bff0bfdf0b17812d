/**
 * Personal data, masked only where the operator asks for it: addresses of mail, telephone numbers, payment cards.
 *
 * @module
 */
import { ALNUM, BASE64URL, isIn, NAME, skip, skipBack } from "./chars.ts";
import type { Found } from "./tokens.ts";

/** The address of mail whose `@` stands at `at`. */
export function emailAddress(text: string, at: number, done: number): Found | undefined {
  let start = at;
  while (
    start > Math.max(done, at - 64) && (isIn(NAME, text, start - 1) || "%+".includes(text[start - 1] ?? "?"))
  ) start--;
  let end = skip(NAME, text, at + 1, at + 254);
  while (end > at && !isIn(ALNUM, text, end - 1)) end--;
  return start < at && /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}$/.test(text.slice(at + 1, end))
    ? { start, end, label: "email" }
    : undefined;
}

/** An international telephone number whose `+` stands at `at`. */
export function phoneNumber(text: string, at: number): Found | undefined {
  if (isIn(BASE64URL, text, at - 1)) return undefined;
  const found = /^\+\d{1,3}(?:[ ()/.-]{0,2}\d{1,5}){2,6}/.exec(text.slice(at, at + 32))?.[0];
  if (found === undefined || isIn(ALNUM, text, at + found.length)) return undefined;
  const digits = found.replaceAll(/\D/g, "").length;
  return digits >= 8 && digits <= 15 ? { start: at, end: at + found.length, label: "phone" } : undefined;
}

/** A payment card's number (13 to 19 digits, Luhn's check digit) that starts at `at`. */
export function cardNumber(text: string, at: number): Found | undefined {
  const start = skipBack(BASE64URL, text, at, at - 1);
  if (start !== at || text[at - 1] === "." || text[at - 1] === ":") return undefined;
  const found = /^[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?:[ -]?\d{1,3})?/.exec(text.slice(at, at + 24))
    ?.[0];
  if (found === undefined || isIn(BASE64URL, text, at + found.length)) return undefined;
  const digits = [...found.replaceAll(/\D/g, "")].map(Number);
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return digits.length >= 13 && sum % 10 === 0
    ? { start: at, end: at + found.length, label: "card" }
    : undefined;
}
