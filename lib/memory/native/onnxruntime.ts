/**
 * The one import of onnxruntime. Import this module lazily and in a worker only: its native parts take 45 ms to load, and
 * a session's run blocks the thread that it is called on.
 *
 * Deno's permissions for it, from source: `--allow-ffi` on
 * `node_modules/.deno/onnxruntime-node@VERSION/node_modules/onnxruntime-node/bin/napi-v6/PLATFORM/ARCHITECTURE/onnxruntime_binding.node`
 * and `--allow-read` on `node_modules`, for the worker's module, and for the models' files. No environment, no `sys`, no
 * `run`, no `net`: the library beside the binding (`libonnxruntime.so.1`) is found by the loader itself. The permission
 * `ffi` is asked for once in each thread; what was loaded stays when it is given up.
 *
 * @module
 */
import { InferenceSession, Tensor } from "onnxruntime-node";

export { InferenceSession, Tensor };
