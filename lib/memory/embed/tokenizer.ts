/**
 * Text into token ids, as the models were trained with, but for one thing: a special token spelled out in a text (`[SEP]`,
 * `</s>`) is text. Whoever writes a document must not be able to end a passage early or to join two.
 *
 * @module
 */
import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { PhysiclawError } from "../../internal/errors.ts";
import { longestFirst } from "./truncate.ts";
import { type IdsOf, wordByWord } from "./words.ts";

/** What becomes of special tokens that a text spells out. */
export type SpecialTokens = "as-text" | "as-tokens";

/** What a tokenizer must know of its model. */
export interface TextTokenizerOptions {
  /** The parsed tokenizer.json. Its settings for truncation and padding aren't followed. */
  readonly json: unknown;
  readonly clsTokenId: number;
  readonly sepTokenId: number;
  /** Tokens, special ones included. */
  readonly maxLength: number;
  /** `as-text` unless a test compares with a library that reads them. */
  readonly specialTokens?: SpecialTokens;
}

/** Token ids of a pair, and which part each belongs to. */
export interface PairIds {
  readonly ids: readonly number[];
  /** Where the second text begins; its separator at the end belongs to it. */
  readonly second: number;
}

/** What {@link createTextTokenizer} returns. */
export interface TextTokenizer {
  /** `cls text sep`, cut at the right. */
  single(text: string): readonly number[];
  /** `cls first sep second sep`, with the separator doubled between them where `doubled`; the longer one is cut first. */
  pair(first: string, second: string, doubled: boolean): PairIds;
}

/** The parts of tokenizer.json that are looked at. */
const tokenizerSchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string(), special: z.boolean() })),
  pre_tokenizer: z.looseObject({
    type: z.string(),
    pretokenizers: z.array(z.looseObject({ type: z.string() })).optional(),
  }).nullable().optional(),
  model: z.discriminatedUnion("type", [
    z.looseObject({
      type: z.literal("WordPiece"),
      unk_token: z.string(),
      vocab: z.record(z.string(), z.int()),
    }),
    z.looseObject({
      type: z.literal("Unigram"),
      unk_id: z.int(),
      vocab: z.array(z.tuple([z.string(), z.number()])),
    }),
  ]),
});
type TokenizerJson = z.output<typeof tokenizerSchema>;

/** Stands before the name of a hidden token: a lone surrogate, which no well-formed text holds. */
const HIDDEN = "\ud800";

/**
 * Takes special tokens out of reach of texts. Leaving them out of `added_tokens` isn't enough: `<s>` is a piece of a
 * Unigram vocabulary, with the best score of all.
 */
function hideSpecialTokens(json: TokenizerJson): TokenizerJson {
  const special = new Set(json.added_tokens.filter((token) => token.special).map(({ content }) => content));
  const hide = (token: string): string => special.has(token) ? `${HIDDEN}${token}` : token;
  const { model } = json;
  return {
    ...json,
    added_tokens: json.added_tokens.filter((token) => !token.special),
    model: model.type === "WordPiece"
      ? {
        ...model,
        unk_token: hide(model.unk_token),
        vocab: Object.fromEntries(Object.entries(model.vocab).map(([token, id]) => [hide(token), id])),
      }
      : { ...model, vocab: model.vocab.map(([token, score]): [string, number] => [hide(token), score]) },
  };
}

/** Whether words can be looked at one by one: it splits at blanks first, and no piece or unknown token reaches over one. */
function splitsAtBlanks({ added_tokens, pre_tokenizer, model }: TokenizerJson): boolean {
  if (added_tokens.length > 0) return false;
  const first = pre_tokenizer?.type === "Sequence"
    ? pre_tokenizer.pretokenizers?.[0]?.type
    : pre_tokenizer?.type;
  return model.type === "WordPiece"
    ? first === "BertPreTokenizer"
    : first === "WhitespaceSplit" && model.vocab.some(([piece]) => piece === "\u2581");
}

/** Characters a token that are looked at first; English takes four or five. */
const FIRST_WINDOW = 16;
/** Characters that are ever looked at, so that a text of one endless blank costs nothing. */
const LAST_WINDOW = 1 << 20;

/** The first `size` characters or less: up to a blank, so that no word is cut, where there is one. */
function windowOf(text: string, size: number): string {
  if (text.length <= size) return text;
  const cut = text.slice(0, size);
  const blank = cut.search(/\s\S*$/);
  return blank > 0 ? cut.slice(0, blank) : cut.toWellFormed();
}

/**
 * A tokenizer for a model. Throws PhysiclawError of kind `config` when tokenizer.json is of no supported kind.
 *
 * @example
 * ```ts ignore
 * const tokenizer = createTextTokenizer({ json, clsTokenId: 101, sepTokenId: 102, maxLength: 256 });
 * const ids = tokenizer.single("why do the pods restart?");
 * ```
 */
export function createTextTokenizer(options: TextTokenizerOptions): TextTokenizer {
  const { json, clsTokenId, sepTokenId, maxLength, specialTokens = "as-text" } = options;
  const parsed = tokenizerSchema.safeParse(json);
  if (!parsed.success) {
    throw new PhysiclawError(
      "config",
      "Cannot use tokenizer.json: it is neither a WordPiece nor a Unigram tokenizer",
      {
        hint: "models of the BERT and XLM-R families are supported",
        cause: parsed.error,
      },
    );
  }
  const form = specialTokens === "as-text" ? hideSpecialTokens(parsed.data) : parsed.data;
  const tokenizer = new Tokenizer(form, {});

  const whole: IdsOf = (text, enough) => {
    for (let size = Math.max(enough * FIRST_WINDOW, 1024);; size *= 4) {
      const window = windowOf(text, Math.min(size, LAST_WINDOW));
      const { ids } = tokenizer.encode(window, { add_special_tokens: false });
      if (ids.length >= enough || size >= text.length || size >= LAST_WINDOW) return ids;
    }
  };
  const fast = splitsAtBlanks(form) ? wordByWord(whole) : whole;
  const idsOf: IdsOf = (text, enough) => fast(text.toWellFormed(), enough);

  return {
    single: (text) => {
      const room = maxLength - 2;
      return [clsTokenId, ...idsOf(text, room).slice(0, room), sepTokenId];
    },
    pair: (first, second, doubled) => {
      const between = doubled ? [sepTokenId, sepTokenId] : [sepTokenId];
      const room = maxLength - 2 - between.length;
      const firstIds = idsOf(first, room);
      const secondIds = idsOf(second, room);
      const [firstRoom, secondRoom] = longestFirst(firstIds.length, secondIds.length, room);
      const ids = [clsTokenId, ...firstIds.slice(0, firstRoom), ...between];
      const start = ids.length;
      for (const id of secondIds.slice(0, secondRoom)) ids.push(id);
      ids.push(sepTokenId);
      return { ids, second: start };
    },
  };
}
