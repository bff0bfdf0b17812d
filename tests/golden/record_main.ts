/**
 * Records the golden cases anew with the real tools. Not part of the tests: run it by hand when a tool's version or a
 * fixture changes, then rewrite the answers with `UPDATE_GOLDEN=1` and read the diff.
 *
 * `deno run --allow-read --allow-write --allow-run --allow-env --allow-net=127.0.0.1 tests/golden/record_main.ts [parser]`
 *
 * @module
 */
const HERE = new URL(".", import.meta.url).pathname;

if (import.meta.main) {
  const only = Deno.args[0];
  for (const { name: file } of [...Deno.readDirSync(HERE)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const match = /^record_(?!main)(\w+)\.ts$/.exec(file);
    if (match === null || (only !== undefined && match[1] !== only)) continue;
    const { run } = await import(`./${file}`);
    await run();
  }
}
