/**
 * The parser's thread: output in, findings out. It has no other task and no state.
 *
 * @module
 */
import { messageOf } from "../internal/errors.ts";
import type { ParseReply, ParseRequest } from "./parse.ts";
import { parseOutput } from "./parsers/parsers.ts";

const scope = self as unknown as {
  onmessage: (event: MessageEvent<ParseRequest>) => void;
  postMessage(reply: ParseReply): void;
};

scope.onmessage = async ({ data: { id, parser, input } }) => {
  try {
    scope.postMessage({ id, parsed: await parseOutput(parser, input) });
  } catch (error) {
    scope.postMessage({ id, error: messageOf(error) });
  }
};
