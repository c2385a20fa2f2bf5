# ruby notify_token.rb USER CHANNEL...
require 'json'
require 'openssl'

# Returns a token for a page. channels is what its user may join: names, and prefixes with * at the end. The own channel, user:ID,
# needs no entry.
def notify_token(secret, user, channels = [], seconds = 900)
  base64 = ->(data) { [data].pack('m0').tr('+/', '-_').delete('=') }
  now = Time.now.to_i
  claims = { sub: user.to_s, channels: channels, iat: now, exp: now + seconds }
  body = "#{base64.call('{"alg":"HS256","typ":"JWT"}')}.#{base64.call(claims.to_json)}"
  "#{body}.#{base64.call(OpenSSL::HMAC.digest('SHA256', secret, body))}"
end

if $PROGRAM_NAME == __FILE__
  secret = ENV['NOTIFY_TOKEN_SECRET'].to_s
  abort 'no token: NOTIFY_TOKEN_SECRET or the user is not set' if secret.empty? || ARGV.empty?
  puts notify_token(secret, ARGV[0], ARGV[1..])
end
