# pip install django && python3 bell_django.py runserver 8000
import json
import os
import sys
import urllib.parse
import urllib.request
from pathlib import Path

from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpResponse
from django.template import Context, Engine
from django.urls import path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tokens"))
from notify_token import notify_token  # noqa: E402

URL = os.environ.get("NOTIFY_URL", "http://localhost:3000")
KEY = os.environ.get("NOTIFICATION_KEY", "NOTIFICATION_KEY")
USER = "42"  # The user who is signed in.

settings.configure(ROOT_URLCONF=__name__, SECRET_KEY=os.urandom(32).hex(), ALLOWED_HOSTS=["*"])

PAGE = Engine().from_string("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Acme</title>
<notify-bell url="{{ url }}" key="{{ key }}"{% if state %} state="{{ state }}"{% endif %}>
  <details>
    <summary>Notifications ({{ unread }})</summary>
    <ul>
      {% for item in items %}
      <li><a href="{{ item.address }}">{{ item.title }}</a></li>
      {% endfor %}
    </ul>
  </details>
</notify-bell>
<script src="{{ url }}/client/notify-bell.min.js"></script>
<script>
  document.querySelector('notify-bell').token = () => fetch('/notify-token').then(response => response.text());
</script>
</html>""")


def read_inbox():
    """Reads the inbox. Without an answer the page is shown anyway, and the bell loads its list itself."""
    request = urllib.request.Request(
        f"{URL}/api/inbox?limit=10&user={urllib.parse.quote(USER)}",
        headers={"Authorization": f"Bearer {os.environ['NOTIFICATION_SECRET']}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=2) as answer:
            return answer.read().decode()
    except OSError:
        return None


def page(request):
    state = read_inbox()
    inbox = json.loads(state) if state else {"unread": 0, "items": []}
    items = [
        {
            "title": item["data"].get("title", "Notification") if isinstance(item["data"], dict) else item["data"],
            "address": URL + item["goUrl"] if "goUrl" in item else "#",
        }
        for item in inbox["items"]
    ]
    context = {"url": URL, "key": KEY, "state": state, "unread": inbox["unread"], "items": items}
    return HttpResponse(PAGE.render(Context(context)))


def token(request):
    return HttpResponse(
        notify_token(os.environ["NOTIFY_TOKEN_SECRET"], USER), content_type="text/plain", headers={"Cache-Control": "no-store"}
    )


urlpatterns = [path("", page), path("notify-token", token)]

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
