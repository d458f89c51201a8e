"""`manage.py restore FILE --identity key.txt`: a dump becomes the database, and opens nothing by that."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from operations import restoring
from operations.pipes import Refused
from operations.restoring import Wish
from team import seeding


class Command(BaseCommand):
    """Exit code 0 when it is restored, brought up to date and closed; else 1 with a sentence."""

    help = "Restore a dump that `manage.py backup` has made. Stop web, worker, beat and metrics first."
    requires_system_checks = ()  # they may ask the database, which may be half restored

    def add_arguments(self, parser: CommandParser) -> None:
        """What to restore, what opens it, and how much it may change."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, required=True, help="the age identity, such as key.txt")
        parser.add_argument("--replace", action="store_true", help="also into a database that holds people")
        parser.add_argument(
            "--trust", action="store_true", help="nothing has changed since the dump: leave people, links, sessions"
        )
        parser.add_argument("--url", default=settings.PUBLIC_URL, help="where people open the dashboard")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was closed, and how the first admin gets in: to the terminal only."""
        wish = Wish(options["file"], options["identity"], options["replace"], options["trust"])
        try:
            done = restoring.restore(wish, self.stdout.write)
        except Refused as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"Restored: the dashboard is as of {done.dumped_at:%Y-%m-%d %H:%M:%S} UTC.")
        if wish.trust:
            return
        for what, number in done.closed.counts.items():
            self.stdout.write(f"  {what.capitalize()}: {number:,}")
        if done.closed.demoted:
            self.stdout.write("Admins everywhere no more, as of these only DJANGO_SUPERUSER_EMAIL is known to be one:")
        for email in done.closed.demoted:
            self.stdout.write(f"  {email}")
        admin, url = seeding.first_admin(), options["url"].rstrip("/")
        page = url + reverse("restored")
        self.stdout.write(f"Sign in as {admin.email}, once, then confirm what is still right at {page}:")
        self.stdout.write(f"  {seeding.sign_in_url(admin, url)}")
