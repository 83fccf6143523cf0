"""What can go wrong on a way out, said in a way that delivery understands."""

from __future__ import annotations

import requests
from urllib3.exceptions import MaxRetryError

# Answers that are about us and not about this message: another time it may be taken.
NOT_ABOUT_IT = {401, 402, 403, 407, 408, 425, 429}


class Refused(Exception):
    """It cannot be sent this way, now or later; `problem` says why."""

    def __init__(self, problem: str):
        self.problem = problem
        super().__init__(problem)


class Unsure(Exception):
    """It was handed over and no answer came."""


class Failed(Exception):
    """It was not accepted, and may be another time."""


def never_left(error: BaseException | None) -> bool:
    """Tell whether a request failed before anything was handed over: no connection came about."""
    return isinstance(error, requests.ConnectTimeout) or (
        isinstance(error, requests.ConnectionError) and bool(error.args) and isinstance(error.args[0], MaxRetryError)
    )


def is_final(status: int) -> bool:
    """Tell whether an HTTP status says that this message will never be taken."""
    return 400 <= status < 500 and status not in NOT_ABOUT_IT
