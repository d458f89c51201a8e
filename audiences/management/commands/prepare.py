"""`manage.py prepare`: what a deployment needs before it serves, and at every upgrade. Safe to run again."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandParser, call_command
from django.db import OperationalError

from audiences import catalog
from dashboard import env
from team.seeding import seed


class Command(BaseCommand):
    """Migrates, collects static files, makes the first people, asks the API for its account groups."""

    help = "Bring the database and the static files up to date and print sign-in links for the first people."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where people open the dashboard, for the links."""
        port = env.whole("PORT", 8000, least=1, most=65535)
        parser.add_argument("--url", default=f"http://127.0.0.1:{port}")

    def handle(self, *, url: str, **options: Any) -> None:
        """Print the links to the terminal; nothing else ever sees them."""
        settings.VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            reason = str(error).strip().partition("\n")[0]
            raise SystemExit(f"DATABASE_URL names a database that cannot be used: {reason}") from None
        call_command("collectstatic", interactive=False, verbosity=0)
        for invitation in seed(url):
            self.stdout.write(f"Sign in as {invitation.role} ({invitation.email}):")
            self.stdout.write(f"  {invitation.url}")
        if problem := catalog.refresh_account_groups():
            self.stdout.write(f"The API did not name its account groups: {problem}")
