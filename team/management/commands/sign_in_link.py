"""`manage.py sign_in_link <e-mail>`: a one-time sign-in link, to the terminal only."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from dashboard import env
from team.models import User
from team.seeding import sign_in_url


class Command(BaseCommand):
    """Prints the link; whoever holds it is that person, once, for 24 hours."""

    help = "Print a one-time sign-in link for a person."

    def add_arguments(self, parser: CommandParser) -> None:
        """The person, and where the dashboard is opened."""
        parser.add_argument("email")
        port = env.whole("PORT", 8000, least=1, most=65535)
        parser.add_argument("--base-url", default=f"http://127.0.0.1:{port}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the link, or say that nobody has the address."""
        try:
            user = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        except DatabaseError:
            raise CommandError("The database cannot be read: start the dashboard first, or run prepare.") from None
        if user is None:
            raise CommandError(f"Nobody has the address {options['email']}.")
        self.stdout.write(sign_in_url(user, options["base_url"]))
