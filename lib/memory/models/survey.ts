/**
 * What of a source is wanted: its entries are listed first, and only those that can be a model's file are read.
 *
 * @module
 */
import { z } from "zod";
import { PhysiclawError } from "../../internal/errors.ts";
import { type DescribedModel, type Model, parseManifest } from "./description.ts";
import { KNOWN_MODELS, knownModel, pinnedModels } from "./known.ts";
import type { Source } from "./source.ts";

/** What the operator says of a source. */
export interface SurveyOptions {
  /** The path, for messages. */
  readonly path: string;
  /** A known model that no digest is pinned of: its files are taken by their kind. */
  readonly as?: string;
  /** With `as`, which .onnx file is meant where there are several: its name or the end of its path. */
  readonly onnx?: string;
}

/** A model whose digests are known, and how. */
export interface Candidate extends DescribedModel {
  readonly recognised: "contents" | "manifest";
}

/** What {@link survey} found. */
export type Survey =
  | { readonly kind: "contents"; readonly candidates: readonly Candidate[]; readonly files: number }
  /** Entries by their number in the walk. */
  | {
    readonly kind: "name";
    readonly model: Model;
    readonly entries: { readonly model: number; readonly tokenizer: number };
  };

const MANIFEST = /(^|\/)manifest\.json$/;
const MANIFEST_BYTES = 1 << 20;

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MANIFEST_BYTES) return "";
  }
  return text + decoder.decode();
}

/** The models that an operator describes; none where the file is somebody else's manifest. */
function describedIn(text: string, name: string, path: string): readonly DescribedModel[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof value !== "object" || value === null || !("models" in value) || !("version" in value)) return [];
  try {
    return parseManifest(value);
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    const fields = error.issues.map(({ path, message }) => ({ field: path.join("."), message }));
    const [first] = fields;
    throw new PhysiclawError(
      "usage",
      `Cannot import from ${path}: ${name}: ${first?.field} ${first?.message}`,
      {
        hint: "mend the manifest; the manual shows one",
        fields,
        cause: error,
      },
    );
  }
}

/** A manifest may describe further models; it can't say that a known one is something else. */
function withDescribed(described: readonly DescribedModel[], path: string): readonly Candidate[] {
  const pinned = pinnedModels();
  const added = described.filter(({ model: { id }, files }) => {
    const known = pinned.find(({ model }) => model.id === id);
    if (known === undefined) return true;
    if (
      known.files.model.sha256 === files.model.sha256 &&
      known.files.tokenizer.sha256 === files.tokenizer.sha256
    ) return false;
    throw new PhysiclawError(
      "usage",
      `Cannot import from ${path}: its manifest describes ${id} with other files`,
      {
        hint: "give that model an id of its own",
      },
    );
  });
  return [
    ...pinned.map((candidate): Candidate => ({ ...candidate, recognised: "contents" })),
    ...added.map((candidate): Candidate => ({ ...candidate, recognised: "manifest" })),
  ];
}

interface Listed {
  readonly name: string;
  readonly index: number;
}

function only(found: readonly Listed[], what: string, path: string, hint: string): number {
  const [first, ...more] = found;
  if (first !== undefined && more.length === 0) return first.index;
  const names = found.slice(0, 5).map(({ name }) => name).join(", ");
  const why = first === undefined ? `it holds no ${what}` : `it holds ${found.length} of ${what}: ${names}`;
  throw new PhysiclawError("usage", `Cannot import from ${path}: ${why}`, { hint });
}

function byName({ as = "", onnx, path }: SurveyOptions, listed: readonly Listed[]): Survey {
  const known = knownModel(as);
  const unpinned = KNOWN_MODELS.filter(({ files }) => files === undefined).map(({ model }) => model.id);
  if (known === undefined) {
    throw new PhysiclawError("usage", `Cannot import as "${as}": no model of that name is known`, {
      hint: `use one of: ${unpinned.join(", ")}; describe others in a manifest.json beside their files`,
    });
  }
  if (known.files !== undefined) {
    throw new PhysiclawError("usage", `Cannot import as "${as}": it is recognised by its contents alone`, {
      hint: "leave --as out",
    });
  }
  const models = listed.filter(({ name }) =>
    onnx === undefined ? name.endsWith(".onnx") : name === onnx || name.endsWith(`/${onnx}`)
  );
  const tokenizers = listed.filter(({ name }) => /(^|[/_-])tokenizer\.json$/.test(name));
  return {
    kind: "name",
    model: known.model,
    entries: {
      model: only(models, onnx ?? "*.onnx", path, "say which one is meant with --onnx NAME"),
      tokenizer: only(tokenizers, "tokenizer.json", path, "name the directory of the model alone"),
    },
  };
}

/** Lists a source. Throws PhysiclawError of kind `usage` for what can't be imported. */
export async function survey(source: Source, options: SurveyOptions): Promise<Survey> {
  const listed: Listed[] = [];
  const described: DescribedModel[] = [];
  let index = 0;
  for await (const entry of source.entries()) {
    listed.push({ name: entry.name, index: index++ });
    if (options.as === undefined && MANIFEST.test(entry.name) && entry.size <= MANIFEST_BYTES) {
      described.push(...describedIn(await textOf(entry.read()), entry.name, options.path));
    }
  }
  if (options.as !== undefined) return byName(options, listed);
  return { kind: "contents", candidates: withDescribed(described, options.path), files: listed.length };
}
