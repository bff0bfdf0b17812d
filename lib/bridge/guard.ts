/**
 * What stands before every route: Host and Origin, then the credential, before a byte of the body is read.
 *
 * @module
 */
import type { Context, MiddlewareHandler } from "hono";
import { problem } from "./problem.ts";
import type { BridgeEnv, BridgeOptions } from "./types.ts";

/** Refusals in a window of this length are counted together. */
const WINDOW_MS = 10_000;
/** More refusals than this in one window are answered with 429 and recorded once a window, so that nobody fills the audit log. */
const MAX_REFUSALS = 50;

/**
 * Refuses requests that were addressed to another host (DNS rebinding) or come from another site's page.
 * A request without an Origin header is no page's.
 */
export function checkHost(options: Pick<BridgeOptions, "hosts">): MiddlewareHandler {
  const hosts = new Set(options.hosts);
  const origins = new Set(options.hosts.map((host) => `http://${host}`));
  return async (context, next) => {
    const host = context.req.header("host")?.toLowerCase();
    if (hosts.size > 0 && (host === undefined || !hosts.has(host))) {
      return problem(421, { detail: "Cannot answer for this Host" });
    }
    const origin = context.req.header("origin")?.toLowerCase();
    if (origin !== undefined && !origins.has(origin)) {
      return problem(403, { detail: "Cannot answer a page of another origin" });
    }
    return await next();
  };
}

/** Requires a valid credential; each refusal is recorded and counted. */
export function requireCredential(
  options: Pick<BridgeOptions, "authenticate" | "denied">,
  now: () => number,
): MiddlewareHandler<BridgeEnv> {
  let windowStart = -Infinity;
  let refusals = 0;
  const refuse = async (context: Context, status: 401 | 403, reason: string): Promise<Response> => {
    if (now() - windowStart > WINDOW_MS) {
      windowStart = now();
      refusals = 0;
    }
    refusals++;
    if (refusals > MAX_REFUSALS + 1) {
      return problem(429, {
        detail: "Cannot check more credentials now",
        headers: { "retry-after": String(WINDOW_MS / 1000) },
      });
    }
    const more = refusals > MAX_REFUSALS ? "; more refusals in this window are not recorded one by one" : "";
    await options.denied({ status, reason: reason + more, route: context.req.path.slice(0, 64) });
    const detail = status === 401 ? "Credentials are required" : "The credentials are not valid";
    return problem(status, {
      detail,
      ...(status === 401 ? { headers: { "www-authenticate": 'Bearer realm="physiclaw"' } } : {}),
    });
  };
  return async (context, next) => {
    const result = await options.authenticate({ get: (name) => context.req.header(name) });
    if (!result.ok) return await refuse(context, result.status, result.reason);
    context.set("credential", result.credential);
    return await next();
  };
}
