-- One sort of request, again and again: METHOD PATH BODY TOKEN FIRST [SANDBOXES]. A %d in BODY is a number that no other request has;
-- of so many SANDBOXES, s0 and so on, each is asked in its turn.
-- Ends with one line of JSON. There is no `response` function on purpose: it would make wrk itself the slow part.

local method, path, template, number
local headers = { ["Content-Type"] = "application/json", ["Accept"] = "application/json" }
local same, sandboxes, turn = nil, 0, 0

function init(args)
  method, path, template, number, sandboxes = args[1], args[2], args[3], tonumber(args[5]), tonumber(args[6] or 0)
  headers["Authorization"] = "Bearer " .. args[4]
  if template == "" and sandboxes == 0 then
    same = wrk.format(method, path, headers)
  end
end

function request()
  if same then
    return same
  end
  number, turn = number + 1, turn + 1
  local where = sandboxes > 0 and "/_sandbox/s" .. turn % sandboxes .. path or path
  return wrk.format(method, where, headers, template ~= "" and string.format(template, number) or nil)
end

function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %f, "bytes": %d, "refused": %d, "broken": %d, "p50_ms": %f, "p99_ms": %f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
