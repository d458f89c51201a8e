"""`manage.py prepare`: what a deployment needs before it serves, and at every upgrade. Safe to run again."""

import time
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser, call_command
from django.db import DatabaseError, connection

from audiences import catalog
from audiences.api.errors import ApiError
from dashboard.startup import refuse_half_restored, require_api_key
from team.seeding import links, seed

_PATIENCE = 8  # more tries, where the sandbox is the API


class Command(BaseCommand):
    """Migrates, collects static files, makes the first people, asks the API for its account groups."""

    help = "Bring the database and the static files up to date and print sign-in links for the first people."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where people open the dashboard, for the links."""
        parser.add_argument("--url", default=settings.PUBLIC_URL)
        parser.add_argument("--no-links", action="store_true", help="print none: the output is kept, as a log is")

    def handle(self, *, url: str, no_links: bool, **options: Any) -> None:
        """Print the links to the terminal; nothing else ever sees them."""
        require_api_key()
        # one connection is enough, and a pool would try for 10 s before it says why there is none
        connection.settings_dict.get("OPTIONS", {}).pop("pool", None)
        refuse_half_restored()
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as error:
            reason = str(error).strip().partition("\n")[0]
            raise SystemExit(f"DATABASE_URL names a database that cannot be used: {reason}") from None
        if not settings.STATIC_COLLECTED:  # else an image brings them, where nothing can be written
            call_command("collectstatic", interactive=False, verbosity=0)
        people = seed()
        for invitation in [] if no_links else links(people, url):
            self.stdout.write(f"Sign in as {invitation.role} ({invitation.email}):")
            self.stdout.write(f"  {invitation.url}")
        if problem := _account_groups():
            self.stdout.write(f"The API did not name its account groups: {problem}")


def _account_groups() -> ApiError | None:
    """Ask the API for them; the error where it does not name them."""
    problem = catalog.refresh_account_groups()
    for _ in range(_PATIENCE if settings.SAMPLE_DATA else 0):
        if not problem:
            break
        time.sleep(2)  # the sandbox of a trial starts at the same moment, in a container beside this one
        problem = catalog.refresh_account_groups()
    return problem
