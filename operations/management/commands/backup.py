"""`manage.py backup`: one dated, encrypted dump of the database into BACKUP_DIR."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from operations import backups, postgres
from operations.pipes import Refused

_ELSEWHERE = """It holds the database. Keep beside it, but in another place than this machine:
  - .env, or wherever SECRET_KEY, the API key and the passwords are set;
  - the age identity (key.txt): without it nobody reads this file, and whoever has both reads everything.
Exports, and what is in Redis, need no backup."""


class Command(BaseCommand):
    """Takes it now, whatever was taken today, and copies it elsewhere where that is set up."""

    help = "Take an encrypted dump of the database into BACKUP_DIR."

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit code 0 when the dump is whole and, where that is wanted, copied; else 1 with a sentence."""
        try:
            dump, problem = backups.take(by_hand=True)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {postgres.first_line(error)}.") from None
        self.stdout.write(f"{dump.path} ({dump.size:,} bytes, SHA-256 {dump.sha256})")
        self.stdout.write(_ELSEWHERE)
        if problem:
            raise CommandError(f"The dump is whole, but its copy elsewhere failed: {problem}")
