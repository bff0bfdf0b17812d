/**
 * The lab's own files beside the demo's: a quiet log, code without faults, a broken data file, an unchanged terraform
 * directory.
 *
 * @module
 */
import type { ToolState } from "../setup/places.ts";

const quietLog = (): string =>
  Array.from(
    { length: 60 },
    (_, i) => `2026-11-03T10:${String(i).padStart(2, "0")}:00Z INFO heartbeat ${i} ok\n`,
  ).join("");

const FILES: Readonly<Record<string, string>> = {
  "logs/quiet.log": quietLog(),
  "logs/empty.log": "",
  "logs/api.jsonl": [
    '{"time":"2026-11-03T10:00:00Z","level":"info","msg":"started"}',
    '{"time":"2026-11-03T10:01:00Z","level":"error","msg":"upstream timed out","token":"ghp_0123456789abcdefghijABCDEFGHIJ456789"}',
    '{"time":"2026-11-03T10:02:00Z","level":"error","msg":"upstream timed out"}',
    "",
  ].join("\n"),
  "python/clean/area.py": "def area(width: float, height: float) -> float:\n    return width * height\n",
  "python/broken/half.py": "def half(:\n    return 1\n",
  "terraform-same/main.tf": 'resource "terraform_data" "same" {\n  input = "unchanged"\n}\n',
  "terraform-bad/main.tf": 'resource "terraform_data" "x" {\n  input = var.missing\n}\n',
  "data/empty.csv": "id,name,amount\n",
  "data/readings.csv": [
    "sensor,zone,temp",
    "s1,A,20.5",
    "s2,A,22.5",
    "s3,B,19",
    "s3,B,19",
    "s4,B,",
    "",
  ].join("\n"),
  "data/old_customers.csv": "customer_id,name\n1,Ada\n2,Ben\n3,Chloe\n",
  "data/new_customers.csv": "customer_id,name\n2,Ben\n3,Chloe\n4,Dev\n5,Elif\n",
};

const STATE = {
  version: 4,
  terraform_version: "1.11.4",
  serial: 1,
  lineage: "6a0f6c1e-0000-4000-8000-000000000003",
  outputs: {},
  resources: [{
    mode: "managed",
    type: "terraform_data",
    name: "same",
    provider: 'provider["terraform.io/builtin/terraform"]',
    instances: [{
      schema_version: 0,
      attributes: {
        id: "4a1e3c52-0000-4000-8000-000000000004",
        input: { value: "unchanged", type: "string" },
        output: { value: "unchanged", type: "string" },
        triggers_replace: null,
      },
    }],
  }],
  check_results: null,
};

/** Writes the lab's files below `workspace`. */
export async function writeLabFiles(
  workspace: string,
  _tools: Readonly<Record<string, ToolState>>,
): Promise<void> {
  for (const [name, text] of Object.entries(FILES)) {
    await Deno.mkdir(`${workspace}/${name.slice(0, name.lastIndexOf("/"))}`, { recursive: true });
    await Deno.writeTextFile(`${workspace}/${name}`, text);
  }
  await Deno.writeTextFile(`${workspace}/terraform-same/terraform.tfstate`, JSON.stringify(STATE));
}
