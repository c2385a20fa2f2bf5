# python3 notify_token.py USER CHANNEL...
import base64
import hashlib
import hmac
import json
import os
import sys
import time


def notify_token(secret, user, channels=(), seconds=900):
    """Returns a token for a page. channels is what its user may join: names, and prefixes with * at the end.

    The own channel, user:ID, needs no entry.
    """

    def encode(data):
        return base64.urlsafe_b64encode(data).rstrip(b"=")

    now = int(time.time())
    claims = {"sub": str(user), "channels": list(channels), "iat": now, "exp": now + seconds}
    body = encode(b'{"alg":"HS256","typ":"JWT"}') + b"." + encode(json.dumps(claims).encode())
    return (body + b"." + encode(hmac.digest(secret.encode(), body, hashlib.sha256))).decode()


if __name__ == "__main__":
    secret = os.environ.get("NOTIFY_TOKEN_SECRET")
    if not secret or len(sys.argv) < 2:
        sys.exit("no token: NOTIFY_TOKEN_SECRET or the user is not set")
    print(notify_token(secret, sys.argv[1], sys.argv[2:]))
