/**
 * Words that the typo corrector leaves alone.
 *
 * @module
 */
import { COMMON_WORDS_A_K } from "./common_words_a_k.ts";
import { COMMON_WORDS_L_Z } from "./common_words_l_z.ts";

/** Words that are never taken for a typing error. */
export const COMMON_WORDS: ReadonlySet<string> = new Set([...COMMON_WORDS_A_K, ...COMMON_WORDS_L_Z]);
