# gem install rails webrick && ruby bell.rb
require "action_controller/railtie"
require "net/http"
require_relative "../../tokens/notify_token"

# One file in place of an application of its own.
class Acme < Rails::Application
  config.secret_key_base = SecureRandom.hex
  config.eager_load = false
  config.hosts.clear
  config.logger = Logger.new($stderr, level: :warn)
  routes.append do
    get "/notify-token", to: "bell#token"
    root to: "bell#show"
  end
end

class BellController < ActionController::Base
  URL = ENV.fetch("NOTIFY_URL", "http://localhost:3000")
  KEY = ENV.fetch("NOTIFICATION_KEY", "NOTIFICATION_KEY")
  USER = "42" # The user who is signed in.

  def show
    @url, @key, @state = URL, KEY, read_inbox
    @inbox = @state ? JSON.parse(@state) : { "unread" => 0, "items" => [] }
    render inline: PAGE
  end

  def token
    response.headers["Cache-Control"] = "no-store"
    render plain: notify_token(ENV.fetch("NOTIFY_TOKEN_SECRET"), USER)
  end

  helper_method def title_of(item)
    item["data"].is_a?(Hash) ? item["data"].fetch("title", "Notification") : item["data"]
  end

  private

  # Without an answer the page is shown anyway, and the bell loads its list itself.
  def read_inbox
    address = URI("#{URL}/api/inbox?limit=10&user=#{CGI.escape(USER)}")
    headers = { "Authorization" => "Bearer #{ENV.fetch("NOTIFICATION_SECRET")}" }
    options = { use_ssl: address.scheme == "https", open_timeout: 2, read_timeout: 2 }
    answer = Net::HTTP.start(address.host, address.port, **options) { |http| http.get(address.request_uri, headers) }
    answer.body.force_encoding(Encoding::UTF_8) if answer.is_a?(Net::HTTPOK)
  rescue SystemCallError, Timeout::Error
    nil
  end

  PAGE = <<~'ERB'
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <title>Acme</title>
    <%= content_tag "notify-bell", url: @url, key: @key, state: @state do %>
      <details>
        <summary>Notifications (<%= @inbox["unread"] %>)</summary>
        <ul>
          <% @inbox["items"].each do |item| %>
            <li><%= link_to title_of(item), item["goUrl"] ? @url + item["goUrl"] : "#" %></li>
          <% end %>
        </ul>
      </details>
    <% end %>
    <script src="<%= @url %>/client/notify-bell.min.js"></script>
    <script>
      document.querySelector('notify-bell').token = () => fetch('/notify-token').then(response => response.text());
    </script>
    </html>
  ERB
end

if $PROGRAM_NAME == __FILE__
  require "rack/handler/webrick"
  Acme.initialize!
  Rack::Handler::WEBrick.run(Acme, Host: "localhost", Port: ENV.fetch("PORT", 8000))
end
