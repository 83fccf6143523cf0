"""Mail through a provider's own interface: what it says at once, and what silence means."""

import types

import pytest
import requests
from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError
from anymail.message import AnymailRecipientStatus, AnymailStatus
from urllib3.exceptions import MaxRetryError, ProtocolError

from messaging import delivery
from messaging.models import Message
from messaging.workflow import Status
from tests.messaging.conftest import ALARM

pytestmark = pytest.mark.django_db


@pytest.fixture
def says(monkeypatch):
    """A function that has the provider answer with a status for the reader, or raise an error."""

    def use(status=None, error=None):
        def send(mails):
            if error:
                raise error
            mails[0].anymail_status = AnymailStatus()
            mails[0].anymail_status.set_recipient_status({"x@example.org": AnymailRecipientStatus("id-1", status)})

        connection = types.SimpleNamespace(open=lambda: None, close=lambda: None, send_messages=send)
        monkeypatch.setattr("messaging.backends.get_connection", lambda: connection)

    return use


def api_error(cause=None, status=None):
    """Make an error as anymail does: of its own kind and of the request's."""
    if cause is None:
        answer = requests.Response()
        answer.status_code = status
        return AnymailRequestsAPIError("no", response=answer)
    error = type("AnymailRequestsAPIError", (AnymailRequestsAPIError, type(cause)), {})("Error posting")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("status", ["sent", "queued", "unknown"])
def test_what_it_takes_is_sent_and_its_id_is_kept(post, says, status):
    says(status)
    message = post()
    assert delivery.deliver(message.pk) == Status.SENT
    assert Message.objects.get(pk=message.pk).provider_id == "id-1"


@pytest.mark.parametrize("status", ["rejected", "invalid"])
def test_what_it_will_not_deliver_is_dead_at_once(post, says, status):
    says(status)
    assert delivery.deliver(post(ALARM).pk) == Status.DEAD
    says(error=AnymailRecipientsRefused())
    assert delivery.deliver(post(ALARM, key="2").pk) == Status.DEAD


@pytest.mark.parametrize(
    "error",
    [
        api_error(status=503), api_error(status=401), api_error(status=422), api_error(requests.ConnectTimeout()),
        api_error(requests.ConnectionError(MaxRetryError(None, "/"))),
    ],
    ids=["503", "401", "422", "connect timeout", "no connection"],
)  # fmt: skip
def test_what_it_did_not_take_is_tried_again(post, says, error):
    says(error=error)
    assert delivery.deliver(post().pk) == Status.QUEUED


@pytest.mark.parametrize(
    "error", [api_error(requests.ReadTimeout()), api_error(requests.ConnectionError(ProtocolError("aborted")))]
)
def test_silence_after_handing_over_is_not_known(post, says, error):
    says(error=error)
    assert delivery.deliver(post().pk) == Status.UNKNOWN
