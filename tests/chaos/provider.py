"""A mail server on this machine that can fail in every way a real one does, and writes down what it accepted."""

from __future__ import annotations

import email
import email.policy
import re
import socketserver
import threading
import time

from tests.chaos.tally import Mail

FLAG = re.compile(r"/flags/([0-9a-z-]+)/", re.IGNORECASE)
DEADLINE = re.compile(r"Urgent: [^.]*\. ")  # "Urgent: answer before 07:29. ", other for every flag
REF_HEADER = "X-Halfword-Ref"


class MailServer(socketserver.ThreadingTCPServer):
    """`mode` is ok, down, slow or drops; while `keyed` it keeps one mail for each Message-ID, as a provider with keys does.

    It knows a key again that it took while it was keyed: a second attempt may come when another fault is tried already.
    """

    allow_reuse_address = True
    daemon_threads = True
    slow_seconds = 1.5

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Session)
        self.mode, self.keyed = "ok", True
        self.ids: dict[str, bool] = {}  # whether it was keyed when it took the first one
        self.mails: list[Mail] = []
        self.refs: list[str] = []
        self.times: list[float] = []
        self.recognised = self.met = 0  # met: conversations that went wrong as `mode` says
        self.lock = threading.Lock()
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def keep(self, data: bytes, to: str) -> None:
        """Write a mail down, once for each key when keyed."""
        mail = email.message_from_bytes(data, policy=email.policy.default)
        key, text = str(mail["Message-ID"]), mail.get_content()
        with self.lock:
            if key in self.ids and (self.keyed or self.ids[key]):
                self.recognised += 1
                return
            self.ids.setdefault(key, self.keyed)
            self.refs.append(str(mail[REF_HEADER]))
            self.times.append(time.monotonic())
            if found := FLAG.search(text):
                ref = found[1]
                self.mails.append(Mail((ref, to, DEADLINE.sub("", text.replace(ref, ""))), time.monotonic()))

    def of(self, refs) -> list[Mail]:
        """Return the mails about these flags."""
        with self.lock:
            return [mail for mail in self.mails if mail.copy[0] in refs]


class Session(socketserver.StreamRequestHandler):
    """One conversation, as much of it as Django speaks."""

    timeout = 60

    def handle(self):
        try:
            self.talk()
        except OSError:
            return

    def talk(self):
        if self.server.mode == "down":
            self.server.met += 1
            return self.say("421 Not now")
        self.say("220 here")
        self.to = ""
        for line in iter(self.rfile.readline, b""):
            word = line.split(b":")[0].strip().upper()
            if word == b"QUIT":
                return self.say("221 bye")
            if word == b"DATA":
                if not self.take():
                    return None
                continue
            if word == b"RCPT TO":
                self.to = line.decode().split("<")[1].split(">")[0]
            self.say("250 fine")
        return None

    def take(self) -> bool:
        self.say("354 go on")
        lines = iter(self.rfile.readline, b".\r\n")
        data = b"".join(line[1:] if line.startswith(b"..") else line for line in lines if line)
        self.server.keep(data, self.to)
        if self.server.mode == "drops":
            self.server.met += 1
            return False
        if self.server.mode == "slow":
            self.server.met += 1
            time.sleep(self.server.slow_seconds)
        self.say("250 accepted")
        return True

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())
