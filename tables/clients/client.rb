# One request by a Ruby library: `client.rb LIBRARY METHOD URL WARM`; prints what its program gets. Knows nothing of mockenv.
require 'json'
require 'net/http'

library, method, url, warm = ARGV
HEADERS = { 'Authorization' => 'Bearer x', 'Content-Type' => 'application/json' }.freeze
BODY = JSON.generate(partner_customer_id: 'c', dev_php_version: '8.3')

def by_net_http(method, url, warm)
  uri = URI(url)
  Net::HTTP.start(uri.host, uri.port) do |http|
    http.get(URI(warm).path, HEADERS) unless warm.empty?
    got = method == 'POST' ? http.post(uri.path, BODY, HEADERS) : http.get(uri.path, HEADERS)
    [got.code.to_i, got.body.bytesize]
  end
end

def by_faraday(method, url, warm)
  require 'faraday'
  client = Faraday.new(headers: HEADERS)
  client.get(warm) unless warm.empty?
  got = method == 'POST' ? client.post(url, BODY) : client.get(url)
  [got.status, got.body.bytesize]
end

begin
  status, bytes = library == 'Faraday' ? by_faraday(method, url, warm) : by_net_http(method, url, warm)
  puts JSON.generate(status: status, bytes: bytes)
rescue StandardError => e
  puts JSON.generate(error: "#{e.class}: #{e.message.dup.force_encoding('UTF-8').scrub('?')}")
end
