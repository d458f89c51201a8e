"""`manage.py prepare`: what a deployment needs before it serves, and at every upgrade. Safe to run again."""

from typing import Any

from django.core.management import BaseCommand, CommandParser, call_command
from django.db import DatabaseError, connection

from audiences import catalog
from dashboard import env
from dashboard.startup import refuse_half_restored, require_api_key
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
        require_api_key()
        # one connection is enough, and a pool would try for 10 s before it says why there is none
        connection.settings_dict.get("OPTIONS", {}).pop("pool", None)
        refuse_half_restored()
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except DatabaseError as error:
            reason = str(error).strip().partition("\n")[0]
            raise SystemExit(f"DATABASE_URL names a database that cannot be used: {reason}") from None
        call_command("collectstatic", interactive=False, verbosity=0)
        for invitation in seed(url):
            self.stdout.write(f"Sign in as {invitation.role} ({invitation.email}):")
            self.stdout.write(f"  {invitation.url}")
        if problem := catalog.refresh_account_groups():
            self.stdout.write(f"The API did not name its account groups: {problem}")
