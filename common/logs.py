"""Keeping secrets and people out of every server log."""

import datetime as dt
import logging
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from celery import current_task
from pythonjsonlogger.json import JsonFormatter as Json

TOKEN = re.compile(r"(/l/|/calendar/|token=|key=)[A-Za-z0-9_\-:.]{12,}")
QUERY = re.compile(r"\?[^\s\"'?]*=[^\s\"']*")  # what follows an address: what somebody searched for, and secrets
SHORTEST = 4  # letters: what is shorter tells nothing, and would be found in every line


_facts: ContextVar[dict[str, str] | None] = ContextVar("log_facts", default=None)


@contextmanager
def about(**facts: str) -> Iterator[None]:
    """Have every JSON line written inside say these facts too: request_id and path."""
    token = _facts.set((_facts.get() or {}) | facts)
    try:
        yield
    finally:
        _facts.reset(token)


def without_secrets(text: str) -> str:
    """Return a text with one-time tokens and whatever follows a question mark in an address dotted out."""
    return QUERY.sub("?…", TOKEN.sub(r"\1…", text))


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that led to it, the newest first."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def name_of(error: BaseException) -> str:
    """Return what kind of error it is, without its words."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


class Redact(logging.Filter):
    """Replaces one-time tokens and what follows an address in log lines by dots, and the words of an error by its kind."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = without_secrets(message)
        for error in chain(record.exc_info[1] if record.exc_info else None):
            for words in (repr(error), str(error)):
                clean = clean.replace(words, name_of(error)) if len(words) >= SHORTEST else clean
        if clean != message:
            record.msg, record.args = clean, ()
        return True


def where(error: BaseException | None) -> str:
    """Return where something failed and what kind of error it was.

    Never its words: a database tells the whole row it refused, with what somebody wrote about a patient.
    """
    errors = reversed(list(chain(error)))
    return "\n".join("".join(traceback.format_tb(each.__traceback__)) + name_of(each) for each in errors)


class Formatter(logging.Formatter):
    """Writes plain lines, of an error only where and what kind."""

    def format(self, record: logging.LogRecord) -> str:
        record.exc_text = None  # what another handler's formatter kept of the error: with its words
        return super().format(record)

    def formatException(self, ei) -> str:
        return where(ei[1])


class JsonFormatter(Json):
    """Writes a JSON object for each line, of named facts only.

    Whatever else a library hangs on a record stays out: a request with its form, the arguments of a task.
    """

    def add_fields(self, log_data, record, message_dict) -> None:
        request, task = getattr(record, "request", None), getattr(record, "data", None)
        facts = {
            "time": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", None) or getattr(request, "id", None),
            "path": getattr(record, "path", None) or getattr(request, "path", None),
            "status": getattr(record, "status_code", None),
            "seconds": getattr(record, "seconds", None),
            "task_id": (current_task and current_task.request.id) or (isinstance(task, dict) and task.get("id")),
            "message_ref": getattr(record, "message_ref", None),
            "error": where(record.exc_info[1]) if record.exc_info else None,
        }
        known = {name: value for name, value in facts.items() if value not in (None, "", False)}
        log_data.update((_facts.get() or {}) | known)
        if "path" in log_data:
            log_data["path"] = without_secrets(log_data["path"])
