/**
 * The state of one pod, told the way `kubectl get pods` and `kubectl describe` would, with the reasons put together.
 *
 * @module
 */
import type { Severity } from "../types.ts";
import type { JsonPath } from "./json_ranges.ts";
import { at, listAt, numberAt, objectAt, textAt } from "./json_values.ts";
import type { Item, Look } from "./kubectl_objects.ts";
import { count, oneLine, unique } from "./words.ts";

/** What may be wrong with a pod. */
export type Trouble =
  | "crash_looping"
  | "image_pull"
  | "config_error"
  | "unscheduled"
  | "failed"
  | "unknown"
  | "init_failing"
  | "pending"
  | "not_ready"
  | "terminating"
  | "oom_killed"
  | "restarted";

const ORDER: readonly (readonly [Trouble, Severity])[] = [
  ["crash_looping", "high"],
  ["image_pull", "high"],
  ["config_error", "high"],
  ["unscheduled", "high"],
  ["failed", "high"],
  ["unknown", "high"],
  ["init_failing", "high"],
  ["pending", "medium"],
  ["not_ready", "medium"],
  ["terminating", "low"],
  ["oom_killed", "medium"],
  ["restarted", "low"],
];

/** Waiting reasons by what they mean; everything else that waits is only pending. */
const WAITING: Readonly<Record<string, Trouble>> = {
  CrashLoopBackOff: "crash_looping",
  ImagePullBackOff: "image_pull",
  ErrImagePull: "image_pull",
  ErrImageNeverPull: "image_pull",
  InvalidImageName: "image_pull",
  ImageInspectError: "image_pull",
  RegistryUnavailable: "image_pull",
  CreateContainerConfigError: "config_error",
  CreateContainerError: "config_error",
  RunContainerError: "config_error",
  ContainerCannotRun: "config_error",
};

/** A pod, judged. */
export interface PodState {
  readonly item: Item;
  readonly phase: string;
  /** As kubectl prints it: `CrashLoopBackOff`, `Init:0/1`, `Running`. */
  readonly status: string;
  /** `1/2`. */
  readonly ready: string;
  readonly restarts: number;
  readonly node: string;
  readonly troubles: ReadonlySet<Trouble>;
  readonly worst: Trouble | undefined;
  readonly severity: Severity;
  /** For sorting: most severe first. */
  readonly rank: number;
  /** Does not do its work now (a past restart does not count). */
  readonly down: boolean;
  /** Completed: not running, and rightly so. */
  readonly done: boolean;
  readonly oom: boolean;
  readonly oomContainer: string;
  readonly oomLimit: string;
  /** Image of the first container that could not be pulled. */
  readonly image: string;
  readonly claims: readonly string[];
  /** For the headline: `OOMKilled, exit code 137, limit 128Mi`. */
  readonly detail: string;
  /** For the finding, in clauses. */
  readonly story: readonly string[];
  /** Where it is said, best first. */
  readonly paths: readonly JsonPath[];
}

const resources = (spec: unknown): string => {
  const words: string[] = [];
  for (const which of ["limits", "requests"]) {
    const values = Object.entries(objectAt(spec, "resources", which)).map(([name, value]) =>
      `${name} ${String(value)}`
    );
    if (values.length > 0) words.push(`${which} ${values.join(", ")}`);
  }
  return words.length === 0 ? "no limits or requests set" : words.join(", ");
};

const ended = (state: unknown, look: Look): string => {
  const reason = textAt(state, "reason");
  const at = textAt(state, "finishedAt");
  const message = textAt(state, "message");
  return [
    reason,
    `exit code ${textAt(state, "exitCode") || "unknown"}`,
    textAt(state, "signal") === "" ? "" : `signal ${textAt(state, "signal")}`,
    at === "" ? "" : `at ${look.time(at)}`,
    message === "" ? "" : oneLine(message, 160),
  ].filter((part) => part !== "").join(", ");
};

interface ContainerView {
  readonly troubles: readonly Trouble[];
  readonly detail: string;
  readonly story: string;
  readonly restarts: number;
  readonly status: string;
  readonly oom: boolean;
}

function container(status: unknown, spec: unknown, init: boolean, look: Look): ContainerView {
  const name = textAt(status, "name");
  const label = `${init ? "init container" : "container"} ${name}`;
  const restarts = numberAt(status, "restartCount") ?? 0;
  const waiting = at(status, "state", "waiting");
  const terminated = at(status, "state", "terminated");
  const last = at(status, "lastState", "terminated");
  const limit = textAt(spec, "resources", "limits", "memory");
  const finished = terminated ?? last;
  const oom = [terminated, last].some((state) => textAt(state, "reason") === "OOMKilled");
  const exit = textAt(finished, "exitCode");
  const detail = finished === undefined ? "" : [
    textAt(finished, "reason"),
    exit === "" ? "" : `exit code ${exit}`,
    oom ? (limit === "" ? "no memory limit" : `limit ${limit}`) : "",
  ].filter((part) => part !== "").join(", ");
  const again = restarts > 0 ? `, ${count(restarts, "restart")}` : "";
  const ending = last === undefined ? "" : `, last ended with ${ended(last, look)}`;
  const troubles: Trouble[] = oom ? ["oom_killed"] : [];
  if (waiting !== undefined) {
    const reason = textAt(waiting, "reason") || "Waiting";
    const trouble = WAITING[reason];
    if (trouble !== undefined) troubles.push(trouble);
    const message = textAt(waiting, "message");
    const image = trouble === "image_pull"
      ? `, image ${textAt(status, "image") || textAt(spec, "image")}`
      : "";
    // A crash loop's message only repeats the back-off; what the container ended with says more.
    const why = message === "" || trouble === "crash_looping" ? "" : `: ${oneLine(message, 240)}`;
    return {
      troubles,
      detail: trouble === "image_pull"
        ? `${reason}, ${textAt(status, "image") || textAt(spec, "image")}`
        : trouble === "crash_looping"
        ? detail
        : `${reason}${why}`,
      story: `${label} is waiting: ${reason}${why}${image}${again}${ending}; ${resources(spec)}`,
      restarts,
      status: reason,
      oom,
    };
  }
  if (terminated !== undefined) {
    const failed = exit !== "0";
    if (failed && restarts > 0) troubles.push("crash_looping");
    const reason = textAt(terminated, "reason") || (failed ? "Error" : "Completed");
    return {
      troubles,
      detail: failed ? detail : "",
      story: failed ? `${label} ended with ${ended(terminated, look)}${again}; ${resources(spec)}` : "",
      restarts,
      status: reason,
      oom,
    };
  }
  const ready = at(status, "ready") === true;
  if (restarts > 0 && !init) troubles.push("restarted");
  const story = !ready && !init && at(status, "state", "running") !== undefined
    ? `${label} is running but not ready${again}${ending}`
    : restarts > 0
    ? `${label} runs${again}${ending}${oom ? `; ${resources(spec)}` : ""}`
    : "";
  return { troubles, detail: restarts > 0 ? detail : "", story, restarts, status: "", oom };
}

/** Judges one pod. */
export function podState(item: Item, look: Look): PodState {
  const { value } = item;
  const phase = textAt(value, "status", "phase") || "Unknown";
  const reason = textAt(value, "status", "reason");
  const troubles = new Set<Trouble>();
  const story: string[] = [];
  const paths: JsonPath[] = [];
  const details: string[] = [];
  let restarts = 0;
  let status = reason || phase;
  let oomContainer = "";
  let oomLimit = "";
  let image = "";
  const specs = new Map<string, unknown>();
  const inits = listAt(value, "spec", "initContainers");
  for (const spec of [...listAt(value, "spec", "containers"), ...inits]) {
    specs.set(textAt(spec, "name"), spec);
  }
  let initialising = false;
  const initialised = listAt(value, "status", "initContainerStatuses")
    .filter((one) => textAt(one, "state", "terminated", "exitCode") === "0").length;
  for (const [list, init] of [["initContainerStatuses", true], ["containerStatuses", false]] as const) {
    listAt(value, "status", list).forEach((one, index) => {
      const spec = specs.get(textAt(one, "name"));
      const view = container(one, spec, init, look);
      // A sidecar (an init container that restarts always) counts as a container; one that completed says nothing.
      const sidecar = init && textAt(spec, "restartPolicy") === "Always";
      if (!init || sidecar) restarts += view.restarts;
      if (init && !sidecar && textAt(one, "state", "terminated", "exitCode") !== "0") {
        initialising = true;
        restarts += view.restarts;
        status = view.status === "" || view.status === "PodInitializing"
          ? `Init:${initialised}/${inits.length}`
          : `Init:${view.status}`;
        if (
          view.troubles.some((t) => t !== "oom_killed") ||
          textAt(one, "state", "terminated", "exitCode") !== ""
        ) {
          troubles.add("init_failing");
        }
      } else if (view.status !== "" && !(init && view.status === "Completed") && !initialising) {
        status = view.status;
      }
      for (const trouble of view.troubles) troubles.add(trouble);
      if (view.troubles.includes("image_pull") && image === "") {
        image = textAt(one, "image") || textAt(spec, "image");
      }
      if (view.oom && oomContainer === "") {
        oomContainer = textAt(one, "name");
        oomLimit = textAt(spec, "resources", "limits", "memory");
      }
      if (view.story !== "" && view.status !== "PodInitializing") {
        story.push(view.story);
        paths.push(["status", list, index]);
        if (view.detail !== "") details.push(view.detail);
      }
    });
  }
  const conditions = listAt(value, "status", "conditions");
  const condition = (type: string) => conditions.find((one) => textAt(one, "type") === type);
  const scheduled = condition("PodScheduled");
  if (phase === "Pending" && textAt(scheduled, "status") === "False") {
    const message = oneLine(textAt(scheduled, "message") || textAt(scheduled, "reason"), 300);
    troubles.add("unscheduled");
    const asks = [...specs.values()].map((spec) => `${textAt(spec, "name")}: ${resources(spec)}`).join("; ");
    story.push(`cannot be scheduled: ${message}`, asks);
    // What preemption would not have helped is in the finding.
    details.push(message.replace(/\.? preemption: .*$/, ""));
    paths.unshift(["status", "conditions", conditions.indexOf(scheduled)]);
  } else if (phase === "Pending" && troubles.size === 0) {
    troubles.add("pending");
    story.push(`is pending (${status})`);
  }
  const message = textAt(value, "status", "message");
  if (phase === "Failed") {
    troubles.add("failed");
    story.unshift(
      `failed${reason === "" ? "" : `: ${reason}`}${message === "" ? "" : `, ${oneLine(message, 240)}`}`,
    );
    if (reason !== "") details.unshift(reason);
    paths.push(["status", "message"], ["status", "phase"]);
  }
  if (phase === "Unknown" || reason === "NodeLost") troubles.add("unknown");
  const containers = listAt(value, "spec", "containers").length;
  const ready =
    listAt(value, "status", "containerStatuses").filter((one) => at(one, "ready") === true).length;
  const deleting = textAt(value, "metadata", "deletionTimestamp");
  const readyCondition = textAt(condition("Ready"), "status");
  if (
    phase === "Running" && (ready < containers || readyCondition === "False") &&
    ![...troubles].some((t) => t !== "oom_killed" && t !== "restarted")
  ) {
    troubles.add("not_ready");
    const gate = condition("Ready");
    if (story.length === 0) {
      story.push(
        `is running but not ready: ${oneLine(textAt(gate, "message") || textAt(gate, "reason"), 200)}`,
      );
    }
  }
  if (deleting !== "") {
    status = "Terminating";
    troubles.add("terminating");
    story.unshift(`is terminating since ${look.time(deleting)}`);
    paths.push(["metadata", "deletionTimestamp"]);
  }
  const done = phase === "Succeeded";
  if (done) troubles.clear();
  const index = ORDER.findIndex(([trouble]) => troubles.has(trouble));
  const [worst, severity] = ORDER[index] ?? [undefined, "info" as const];
  return {
    item,
    phase,
    status: done && status === "Succeeded" ? "Completed" : status,
    ready: `${ready}/${containers}`,
    restarts,
    node: textAt(value, "spec", "nodeName"),
    troubles,
    worst,
    severity,
    rank: index < 0 ? ORDER.length : index,
    down: worst !== undefined && worst !== "oom_killed" && worst !== "restarted",
    done,
    oom: oomContainer !== "" && !done,
    oomContainer,
    oomLimit,
    image,
    claims: unique(
      listAt(value, "spec", "volumes").map((one) => textAt(one, "persistentVolumeClaim", "claimName")),
    ),
    detail: unique(details).slice(0, 1).join(""),
    story: story.filter((part) => part !== ""),
    paths,
  };
}
