# ruby send.rb CHANNEL JSON
require 'json'
require 'net/http'

channel, notification = ARGV[0] || 'news', ARGV[1] || '{"title":"Hello from Ruby"}'
begin
  uri = URI("#{ENV.fetch('NOTIFY_URL')}/send")
  body = { channel: channel, notification: JSON.parse(notification) }.to_json
  headers = { 'Content-Type' => 'application/json', 'notification-secret' => ENV.fetch('NOTIFICATION_SECRET') }
  response = Net::HTTP.start(uri.hostname, uri.port, use_ssl: uri.scheme == 'https', open_timeout: 10, read_timeout: 10) do |http|
    http.post(uri.request_uri, body, headers)
  end
rescue KeyError, JSON::ParserError, SystemCallError, SocketError, Timeout::Error, OpenSSL::SSL::SSLError => e
  abort "not sent: #{e.message}"
end
abort "not sent: #{response.code} #{response.body}" unless response.code == '200'
puts "sent to #{channel}"
