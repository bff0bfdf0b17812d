/**
 * The one import of onnxruntime. Import this module lazily and in a worker only: its native parts take 45 ms to load, and
 * a session's run blocks the thread that it is called on.
 *
 * Deno's permissions for it, from source:
 *
 * - `--allow-ffi` on its binding alone, links resolved (`onnxruntime-node/bin/napi-v6/PLATFORM/ARCHITECTURE/onnxruntime_binding.node`):
 *   the library beside it, `libonnxruntime.so.1`, is found by the loader. It is asked for once in each thread, and what was
 *   loaded stays when the permission is given up.
 * - `--allow-read` on `node_modules`, on every module that the worker is made of, and on the models' files
 *
 * and no others: no `env`, `sys`, `run`, `net`, `write`.
 *
 * @module
 */
import { InferenceSession, Tensor } from "onnxruntime-node";

export { InferenceSession, Tensor };
