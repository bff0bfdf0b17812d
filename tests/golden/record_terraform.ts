/**
 * The terraform cases: the real terraform over directories that need no provider.
 *
 * @module
 */
import { record, type ToRecord } from "./record.ts";

const MAIN = `variable "size" {
  default = 3
}
variable "db_password" {
  default   = "not-a-real-password-3"
  sensitive = true
}
resource "terraform_data" "web" {
  count = 2
  input = { name = "web-\${count.index}", size = var.size }
}
resource "terraform_data" "db" {
  input            = { password = var.db_password, engine = "postgres" }
  triggers_replace = ["v1"]
}
resource "terraform_data" "old" {
  input = "to be removed"
}
output "web_names" {
  value = [for web in terraform_data.web : web.input.name]
}
output "size" {
  value = var.size
}
output "dsn" {
  value     = "postgres://app:\${var.db_password}@db/app"
  sensitive = true
}
`;

const FILES: Readonly<Record<string, string>> = {
  "new/main.tf": MAIN,
  "same/main.tf": MAIN,
  "changed/main.tf": MAIN.replace("default = 3", "default = 5").replace('["v1"]', '["v2"]').replace(
    /resource "terraform_data" "old" \{[^}]*\}\n/,
    "",
  ),
  "providers/main.tf": `terraform {
  required_providers {
    aws    = { source = "hashicorp/aws", version = "~> 5.0" }
    random = { source = "hashicorp/random" }
  }
}
resource "aws_s3_bucket" "logs" {
  bucket = "logs"
}
resource "random_id" "suffix" {
  byte_length = 4
}
`,
  "variables/main.tf": `variable "region" {}
output "region" {
  value = var.region
}
`,
  "broken/main.tf": `resource "terraform_data" "web" {
  input = "a
}
`,
  "empty/README": "nothing here\n",
};

const plan = (goal: string, intent: string, directory: string): ToRecord => ({
  goal,
  intent,
  about: {},
  steps: [{ id: "s1", tool: "terraform plan", form: "plan", slots: { directory } }],
});

const CASES: Readonly<Record<string, ToRecord>> = {
  plan_new: plan("run a terraform plan in new", "plan", "new"),
  plan_changed: plan("what would terraform change in changed", "plan", "changed"),
  plan_deletions: plan("would anything be deleted in changed?", "deletions", "changed"),
  drift_changed: plan("is there drift in our terraform under changed?", "drift", "changed"),
  drift_same: plan("is there drift in same?", "drift", "same"),
  plan_same: plan("run a terraform plan in same", "plan", "same"),
  providers_missing: plan("is there drift in providers?", "drift", "providers"),
  variable_missing: plan("tf plan variables", "plan", "variables"),
  configuration_broken: plan("tf plan broken", "plan", "broken"),
  directory_empty: plan("tf plan empty", "plan", "empty"),
  directory_missing: plan("tf plan nowhere", "plan", "nowhere"),
};

/** Records all terraform cases. */
export async function run(): Promise<void> {
  const directory = await Deno.makeTempDir();
  const env = { HOME: directory, TF_CLI_CONFIG_FILE: "/dev/null", CHECKPOINT_DISABLE: "1" };
  for (const [path, text] of Object.entries(FILES)) {
    await Deno.mkdir(`${directory}/${path.split("/")[0]}`, { recursive: true });
    await Deno.writeTextFile(`${directory}/${path}`, text);
  }
  const applied = await new Deno.Command("terraform", {
    args: ["apply", "-auto-approve", "-input=false", "-no-color"],
    cwd: `${directory}/same`,
    env: { ...env, TF_DATA_DIR: `${directory}/data` },
  }).output();
  if (!applied.success) throw new Error(new TextDecoder().decode(applied.stderr));
  await Deno.copyFile(`${directory}/same/terraform.tfstate`, `${directory}/changed/terraform.tfstate`);
  for (const [name, one] of Object.entries(CASES)) {
    await record(name, one, {
      cwd: directory,
      env,
      context: { program: "terraform", settings: {} },
      replace: [[directory, "/workspace"], [/"timestamp":"[^"]*"/g, '"timestamp":"2026-01-31T08:00:00Z"']],
      ending: "out",
    });
  }
  await Deno.remove(directory, { recursive: true });
}
