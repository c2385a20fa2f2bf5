# python3 send.py CHANNEL JSON
import json
import os
import sys
import urllib.error
import urllib.request


def send(channel, notification):
    request = urllib.request.Request(
        os.environ["NOTIFY_URL"] + "/send",
        data=json.dumps({"channel": channel, "notification": json.loads(notification)}).encode(),
        headers={"Content-Type": "application/json", "notification-secret": os.environ["NOTIFICATION_SECRET"]},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        if response.status != 200:
            sys.exit(f"not sent: {response.status} {response.read().decode()}")


arguments = sys.argv[1:] + ["news", '{"title":"Hello from Python"}'][len(sys.argv) - 1:]
try:
    send(arguments[0], arguments[1])
except KeyError as error:
    sys.exit(f"not sent: {error.args[0]} is not set")
except urllib.error.HTTPError as error:
    sys.exit(f"not sent: {error.code} {error.read().decode()}")
except (OSError, ValueError) as error:
    sys.exit(f"not sent: {error}")
print(f"sent to {arguments[0]}")
