"""`manage.py sign_in_link <e-mail>`: a one-time sign-in link, to the terminal only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from team.models import User
from team.seeding import sign_in_url


class Command(BaseCommand):
    """Prints the link; whoever holds it is that person, once, for 24 hours."""

    help = "Print a one-time sign-in link for a person."

    def add_arguments(self, parser: CommandParser) -> None:
        """The person, and where the dashboard is opened."""
        parser.add_argument("email")
        parser.add_argument("--base-url", default=settings.PUBLIC_URL)

    def handle(self, *args: Any, **options: Any) -> None:
        """Print the link, or say that nobody has the address."""
        try:
            user = User.objects.filter(email=options["email"].strip().lower(), is_active=True).first()
        except DatabaseError:
            raise CommandError("The database cannot be read: start the dashboard first, or run prepare.") from None
        if user is None:
            raise CommandError(f"Nobody has the address {options['email']}.")
        self.stdout.write(sign_in_url(user, options["base_url"]))
