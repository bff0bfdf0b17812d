-- Sends one goal over and over; prints one line of JSON at the end.
--   wrk -t2 -c32 -d15s --timeout 20s --latency -s goal.lua http://127.0.0.1:PORT/goal KEY
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"goal":"why do the checkout pods restart?","persona":"sre","mode":"accept"}'

local threads = {}
function setup(thread) table.insert(threads, thread) end
function init(args)
  good, other = 0, 0
  wrk.headers["X-Physiclaw-Key"] = args[1]
end
function response(status)
  if status == 200 then good = good + 1 else other = other + 1 end
end
function done(summary, latency)
  local ok, wrong = 0, 0
  for _, thread in ipairs(threads) do
    ok, wrong = ok + thread:get("good"), wrong + thread:get("other")
  end
  io.write(string.format(
    '{"rps":%.1f,"p50_ms":%.3f,"p99_ms":%.3f,"max_ms":%.3f,"ok":%d,"other":%d,"timeouts":%d}\n',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, ok, wrong, summary.errors.timeout))
end
