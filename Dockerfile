# syntax=docker/dockerfile:1

# -- build: install what the lock names, collect static files, compile translations
FROM python:3.11-slim-trixie AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN apt-get update && apt-get install -y --no-install-recommends gettext && rm -rf /var/lib/apt/lists/*
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
WORKDIR /app
COPY requirements/base.txt requirements/
RUN pip install --require-hashes -r requirements/base.txt
COPY . .
# No secret is needed to collect files; this one is thrown away with the stage.
RUN DATA_DIR=/tmp/build SECRET_KEY=only-for-the-build ENV_FILE=/dev/null python -m config.prepare static words

# -- run: no compiler, no package tools, not root
FROM python:3.11-slim-trixie
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings DATA_DIR=/data ENV_FILE=/dev/null
# For backups: pg_dump and pg_restore at least as new as the server. Debian trixie has 17.
RUN apt-get update && apt-get install -y --no-install-recommends postgresql-client && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --home-dir /app --no-create-home --shell /usr/sbin/nologin halfword \
    && install --directory --owner=halfword --mode=0700 /data
WORKDIR /app
COPY --from=build /venv /venv
COPY --from=build /app /app
USER halfword
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "config.health"]
CMD ["gunicorn", "config.wsgi", "--config", "python:config.gunicorn"]
