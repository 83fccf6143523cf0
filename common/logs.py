"""Keeping secrets and people out of every server log."""

import logging
import re
import traceback
from collections.abc import Iterator

TOKEN = re.compile(r"(/l/|token=|key=)[A-Za-z0-9_\-:.]{12,}")
SHORTEST = 4  # letters: what is shorter tells nothing, and would be found in every line


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and those that led to it, the newest first."""
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def name_of(error: BaseException) -> str:
    """Return what kind of error it is, without its words."""
    return f"{type(error).__module__}.{type(error).__qualname__}"


class Redact(logging.Filter):
    """Replaces one-time tokens in log lines by a row of dots, and the words of an error by its kind."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = TOKEN.sub(r"\1…", message)
        for error in chain(record.exc_info[1] if record.exc_info else None):
            for words in (repr(error), str(error)):
                clean = clean.replace(words, name_of(error)) if len(words) >= SHORTEST else clean
        if clean != message:
            record.msg, record.args = clean, ()
        return True


class Formatter(logging.Formatter):
    """Writes where something failed and what kind of error it was.

    Never its words: a database tells the whole row it refused, with what somebody wrote about a patient.
    """

    def formatException(self, ei) -> str:
        errors = reversed(list(chain(ei[1])))
        return "\n".join("".join(traceback.format_tb(error.__traceback__)) + name_of(error) for error in errors)
