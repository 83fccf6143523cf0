"""Keeping secrets out of every server log."""

import logging
import re

TOKEN = re.compile(r"(/l/|token=|key=)[A-Za-z0-9_\-:.]{12,}")


class Redact(logging.Filter):
    """Replaces one-time tokens in log lines by a row of dots."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        clean = TOKEN.sub(r"\1…", message)
        if clean != message:
            record.msg, record.args = clean, ()
        return True
