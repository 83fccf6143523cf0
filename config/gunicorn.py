"""How gunicorn serves Halfword in production.

With LOG_FORMAT=json there is a line for each request: method, path without tokens, status, seconds. Else there is none.
"""

import os

from gunicorn.glogging import Logger

from common.logs import Formatter, JsonFormatter, Redact, without_secrets

JSON = os.environ.get("LOG_FORMAT") == "json"


class QuietLogger(Logger):
    """Keeps as quiet about people and secrets as our own logs: addresses may carry one-time tokens."""

    def setup(self, cfg) -> None:
        """Give gunicorn's handlers our filter and format."""
        super().setup(cfg)
        lines = {self.error_log: (self.error_fmt, self.datefmt), self.access_log: (self.access_fmt, None)}
        for log, line in lines.items():
            for handler in log.handlers:
                handler.addFilter(Redact())
                handler.setFormatter(JsonFormatter() if JSON else Formatter(*line))

    def access(self, resp, req, environ, request_time) -> None:
        """Write a line about one request: no query, no address of a person, no browser."""
        if not self.access_log_enabled:
            return
        status, path = int(str(resp.status).split()[0]), without_secrets(environ["PATH_INFO"])
        facts = {"path": path, "status_code": status, "seconds": round(request_time.total_seconds(), 3)}
        ids = [value for name, value in resp.headers if name.lower() == "x-request-id"]
        facts["request_id"] = ids[0] if ids else None
        self.access_log.info("%s %s %d", environ["REQUEST_METHOD"], path, status, extra=facts)


bind = os.environ.get("BIND", "0.0.0.0:8000")
workers = int(os.environ.get("WEB_CONCURRENCY", "3"))
worker_class = "gthread"
threads = 4
timeout = 60
graceful_timeout = 20
max_requests = 2000
max_requests_jitter = 200
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
logger_class = QuietLogger
accesslog = "-" if JSON else None
