"""A provider of text messages on this machine, which speaks the protocol of GatewayAPI's Mobile Messaging API.

    python -m tests.fakes.sms --port 9025 --record sent.jsonl --mode ok

Every accepted message becomes one line of the record, on the disk before the answer. The modes: ok; fail (503, nothing
accepted); refuse (422); slow (accepted after --delay seconds); hang (accepted, no answer for --delay seconds); drop
(accepted, the connection closed without an answer). POST /reports with {"url", "secret", "status"} and, to choose one,
"msg_id" sends a signed delivery report about a message. It takes no key against a second copy, as theirs does not.
"""

import argparse
import hashlib
import hmac
import json
import os
import threading
import time
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODES = ("ok", "fail", "refuse", "slow", "hang", "drop")
NOW = "2026-03-02T09:00:00+00:00"


class Server(ThreadingHTTPServer):
    """Keeps what was accepted; `mode` may be changed while it runs."""

    daemon_threads = True

    def __init__(self, port: int = 0, record: str = os.devnull, mode: str = "ok", delay: float = 5.0):
        super().__init__(("127.0.0.1", port), Handler)
        self.mode, self.delay, self.record, self.accepted = mode, delay, record, []
        self.asked = 0
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def accept(self, message: dict) -> dict:
        row = {"msg_id": uuid.uuid4().hex, "recipient": message["recipient"], "reference": message.get("reference")}
        with self.lock, open(self.record, "a") as file:
            file.write(json.dumps(row | {"message": message["message"]}) + "\n")
            file.flush()
            if self.record != os.devnull:
                os.fsync(file.fileno())
            self.accepted.append(row | {"message": message["message"]})
        return row


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/reports":
            return self.answer(200, {"status": self.report(body)})
        if self.path != "/mobile/single" or not self.headers.get("Authorization", "").startswith("Token "):
            return self.answer(401 if self.path == "/mobile/single" else 404, {})
        return self.take(body)

    def take(self, body: dict):
        mode = self.server.mode
        self.server.asked += 1
        if mode == "fail":
            return self.answer(503, {"title": "Service Unavailable"})
        if mode == "refuse" or not isinstance(body.get("recipient"), int):
            return self.answer(422, {"title": "Unprocessable Entity"})
        if mode == "slow":
            time.sleep(self.server.delay)
        row = self.server.accept(body)
        if mode == "hang":
            time.sleep(self.server.delay)
        if mode in ("hang", "drop"):
            self.close_connection = True
            return None
        return self.answer(202, row)

    def answer(self, status: int, body: dict):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def report(self, asked: dict) -> int:
        """Send a signed report about an accepted message, the newest unless told; return the status of the answer."""
        chosen = [row for row in self.server.accepted if asked.get("msg_id") in (None, row["msg_id"])][-1]
        body, signature = signed(envelope(chosen, asked["status"]), asked["secret"])
        headers = {"Content-Type": "application/json", "Signature": signature}
        request = urllib.request.Request(asked["url"], body, headers)
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def log_message(self, *args):
        """Say nothing."""


def envelope(row: dict, status: str, event_id: str = "", at: str = NOW) -> dict:
    """Return a report as they write it."""
    event = {
        "msg_id": row["msg_id"], "recipient": row["recipient"], "reference": row["reference"], "status": status,
        "status_at": at, "error": None,
    }  # fmt: skip
    return {
        "event_id": event_id or uuid.uuid4().hex, "timestamp": at, "event_type": "message.status.sms", "event": event,
    }  # fmt: skip


def signed(body: dict, secret: str) -> tuple[bytes, str]:
    """Return the bytes of a report and the header that signs them."""
    text = json.dumps(body).encode()
    return text, "v1=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--record", required=True)
    parser.add_argument("--mode", choices=MODES, default="ok")
    parser.add_argument("--delay", type=float, default=5.0)
    asked = parser.parse_args()
    Server(asked.port, asked.record, asked.mode, asked.delay).serve_forever()


if __name__ == "__main__":
    main()
