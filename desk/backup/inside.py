"""What is tried inside a restored database. Run by the drill in a process of its own, never by hand."""

import secrets
import sys

import django
from django.conf import settings

EMAIL = "restore-drill@example.invalid"


class DrillFailed(Exception):
    """Something that has to work in a restored database does not."""


def say(sentence: str) -> None:
    """Tell the drill, among whatever else a command writes."""
    sys.stdout.write(f"drill: {sentence}\n")


def main(name: str) -> None:
    """Migrate the restored database and sign in by the real page, with an account made for that."""
    settings.DATABASES["default"]["NAME"] = name
    settings.ALLOWED_HOSTS.append("testserver")
    django.setup()
    migrate()
    sign_in()


def migrate() -> None:
    """Apply what came after the backup; raises whatever a migration raises."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    call_command("migrate", verbosity=0, interactive=False)
    connection.check_constraints()
    say(f"Migrations that came after the backup, and were applied: {len(missing)}.")


def sign_in() -> None:
    """Sign in as people do; raises DrillFailed when that is not what happens."""
    from django.test import Client
    from django.urls import reverse

    from accounts.models import User

    password = secrets.token_urlsafe(16)
    user = User.objects.create_user(EMAIL, password, first_name="Restore", last_name="Drill")
    client = Client(enforce_csrf_checks=True)
    page = client.get(reverse("account_login"), secure=True)
    typed = {"login": EMAIL, "csrfmiddlewaretoken": page.cookies["csrftoken"].value}
    referer = {"Referer": "https://testserver/"}
    client.post(reverse("account_login"), typed | {"password": "wrong"}, secure=True, headers=referer)
    if "_auth_user_id" in client.session:
        raise DrillFailed
    client.post(reverse("account_login"), typed | {"password": password}, secure=True, headers=referer)
    if client.session.get("_auth_user_id") != str(user.pk):
        raise DrillFailed
    if client.get(reverse("accounts:account"), secure=True).status_code != 200:
        raise DrillFailed
    say("Signing in works: a wrong password was refused, the right one opened a page.")


if __name__ == "__main__":
    main(sys.argv[1])
