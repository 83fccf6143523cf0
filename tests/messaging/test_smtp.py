"""A mail server that is slow at every step is left in time, and one that answers gets its mail."""

import socketserver
import threading
import time

import pytest
from django.core.mail import EmailMessage

from messaging import delivery, smtp
from messaging.models import Delivery

ANSWERS = {b"DATA": b"354 go on\r\n", b".": b"250 taken\r\n", b"QUIT": b"221 bye\r\n"}


class Server(socketserver.ThreadingTCPServer):
    """Takes `pause` seconds over each answer, and keeps what it took."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Talk)
        self.pause, self.taken = 0.0, 0


class Talk(socketserver.StreamRequestHandler):
    def handle(self):
        self.say(b"220 here\r\n")
        in_mail = False
        for line in self.rfile:
            word = line.strip().upper()
            if in_mail and word != b".":
                continue
            in_mail = word == b"DATA"
            self.server.taken += word == b"."
            if not self.say(ANSWERS.get(word, b"250 fine\r\n")):
                return

    def say(self, words):
        time.sleep(self.server.pause)
        try:
            self.wfile.write(words)
        except OSError:
            return False
        return True


@pytest.fixture
def server(settings):
    with Server() as it:
        threading.Thread(target=it.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        settings.EMAIL_BACKEND = "messaging.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = it.server_address
        yield it
        it.shutdown()


def send():
    return EmailMessage("Look", "Hello", "us@example.org", ["piet@example.org"]).send()


def test_a_mail_server_that_answers_gets_the_mail(server):
    assert send() == 1 and server.taken == 1


def test_one_that_is_slow_at_every_step_is_left_when_the_whole_takes_too_long(server, monkeypatch):
    monkeypatch.setattr(smtp, "WHOLE", 0.7)
    server.pause = 0.3  # no step is slow, and together they would take more than two seconds
    began = time.monotonic()
    with pytest.raises(OSError, match="too long|timed out"):
        send()
    assert server.taken == 0 and time.monotonic() - began < 30


def test_no_conversation_outlives_a_lease(settings):
    assert min(delivery.LEASE[kind].total_seconds() for kind in Delivery) >= smtp.WHOLE + settings.EMAIL_TIMEOUT
