/**
 * Classic BPF as seccomp takes it: an assembler with labels, and a simulator to test what was assembled.
 *
 * Jumps counted by hand went wrong by one once and fell through to "allow"; here every jump names its target, and a
 * program that could run off its end isn't assembled.
 *
 * @module
 */

/** A line of a program. Conditional jumps go on with the next line where no label is given. */
export type BpfLine =
  /** Loads the 32-bit word at a byte offset of `struct seccomp_data`. */
  | { readonly op: "load"; readonly offset: number }
  | { readonly op: "and"; readonly value: number }
  | {
    readonly op: "jump";
    /** How the accumulator is compared with `value`, unsigned; `&`: any bit in common. */
    readonly if: "==" | ">" | ">=" | "&";
    readonly value: number;
    readonly then?: string;
    readonly else?: string;
  }
  | { readonly op: "goto"; readonly to: string }
  | { readonly op: "return"; readonly value: number }
  | { readonly op: "label"; readonly name: string };

/** One `struct sock_filter`. */
export interface BpfInstruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

/** What the kernel shows a filter of a system call; `arch` is an `AUDIT_ARCH_*`, arguments are 64 bits wide. */
export interface SyscallData {
  readonly arch: number;
  readonly nr: number;
  readonly args?: readonly (number | bigint)[];
}

/** From linux/bpf_common.h and linux/filter.h. */
const CODE = { load: 0x20, and: 0x54, goto: 0x05, return: 0x06 } as const;
const JUMP = { "==": 0x15, ">": 0x25, ">=": 0x35, "&": 0x45 } as const;

/** BPF_MAXINSNS of linux/bpf_common.h. */
const MAX_INSTRUCTIONS = 4096;

const isWord = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff;

/**
 * Resolves labels. Throws `RangeError` for an unknown, doubled or backward label, a jump that is too far (255), a value
 * that is no unsigned 32-bit word, and a program whose last instruction doesn't return.
 *
 * @example
 * ```ts
 * import { assemble, simulate } from "./bpf.ts";
 * const program = assemble([
 *   { op: "load", offset: 0 },
 *   { op: "jump", if: "==", value: 41, then: "refuse" },
 *   { op: "return", value: 0x7fff_0000 },
 *   { op: "label", name: "refuse" },
 *   { op: "return", value: 0x0005_0001 },
 * ]);
 * console.assert(simulate(program, { arch: 0, nr: 41 }) === 0x0005_0001);
 * ```
 */
export function assemble(lines: readonly BpfLine[]): readonly BpfInstruction[] {
  const labels = new Map<string, number>();
  const code: Exclude<BpfLine, { op: "label" }>[] = [];
  for (const line of lines) {
    if (line.op !== "label") code.push(line);
    else if (labels.has(line.name)) {
      throw new RangeError(`Cannot assemble: label "${line.name}" stands twice`);
    } else labels.set(line.name, code.length);
  }
  if (code.length > MAX_INSTRUCTIONS) {
    throw new RangeError(`Cannot assemble: ${code.length} instructions, ${MAX_INSTRUCTIONS} at most`);
  }
  const distance = (from: number, name: string | undefined, most: number): number => {
    if (name === undefined) return 0;
    const to = labels.get(name);
    if (to === undefined) throw new RangeError(`Cannot assemble: no label "${name}"`);
    const far = to - from - 1;
    if (far < 0) throw new RangeError(`Cannot assemble: label "${name}" lies before its jump`);
    if (far > most || to >= code.length) {
      throw new RangeError(`Cannot assemble: label "${name}" is out of reach`);
    }
    return far;
  };
  const last = code.at(-1);
  if (last?.op !== "return") throw new RangeError("Cannot assemble: the last instruction does not return");
  return code.map((line, index): BpfInstruction => {
    const k = line.op === "load" ? line.offset : line.op === "goto" ? 0 : line.value;
    if (!isWord(k)) throw new RangeError(`Cannot assemble: ${k} is no unsigned 32-bit word`);
    switch (line.op) {
      case "load":
        if (k % 4 !== 0 || k > 60) throw new RangeError(`Cannot assemble: no word at offset ${k}`);
        return { code: CODE.load, jt: 0, jf: 0, k };
      case "jump":
        return {
          code: JUMP[line.if],
          jt: distance(index, line.then, 255),
          jf: distance(index, line.else, 255),
          k,
        };
      case "goto":
        return { code: CODE.goto, jt: 0, jf: 0, k: distance(index, line.to, MAX_INSTRUCTIONS) };
      default:
        return { code: CODE[line.op], jt: 0, jf: 0, k };
    }
  });
}

/** A program as `struct sock_filter[]`, little-endian: 8 bytes an instruction. */
export function encode(program: readonly BpfInstruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(program.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, jt, jf, k }] of program.entries()) {
    view.setUint16(index * 8, code, true);
    view.setUint8(index * 8 + 2, jt);
    view.setUint8(index * 8 + 3, jf);
    view.setUint32(index * 8 + 4, k, true);
  }
  return bytes;
}

/** The 64 bytes of `struct seccomp_data`, little-endian; the instruction pointer is 0. */
function seccompData(call: SyscallData): DataView {
  const view = new DataView(new ArrayBuffer(64));
  view.setUint32(0, call.nr, true);
  view.setUint32(4, call.arch, true);
  for (const [index, value] of (call.args ?? []).entries()) {
    view.setBigUint64(16 + index * 8, BigInt.asUintN(64, BigInt(value)), true);
  }
  return view;
}

/**
 * What a program returns for a system call. Throws `RangeError` where the kernel would have refused the program: an
 * unknown instruction, or an end without a return.
 */
export function simulate(program: readonly BpfInstruction[], call: SyscallData): number {
  const data = seccompData(call);
  let accumulator = 0;
  for (let at = 0; at < program.length; at++) {
    const { code, jt, jf, k } = program[at] ?? { code: 0, jt: 0, jf: 0, k: 0 };
    switch (code) {
      case CODE.load:
        accumulator = data.getUint32(k, true);
        break;
      case CODE.and:
        accumulator = (accumulator & k) >>> 0;
        break;
      case CODE.goto:
        at += k;
        break;
      case CODE.return:
        return k;
      case JUMP["=="]:
        at += accumulator === k ? jt : jf;
        break;
      case JUMP[">"]:
        at += accumulator > k ? jt : jf;
        break;
      case JUMP[">="]:
        at += accumulator >= k ? jt : jf;
        break;
      case JUMP["&"]:
        at += (accumulator & k) !== 0 ? jt : jf;
        break;
      default:
        throw new RangeError(`Cannot simulate instruction ${at}: unknown code ${code}`);
    }
  }
  throw new RangeError("Cannot simulate: the program ran off its end");
}
