#!/usr/bin/env python
"""Django's command line for this project. `manage.py up` is what `make run` ends in."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Run one command with the settings of `.env`, the environment winning over it."""
    from django.core.management import execute_from_command_line
    from dotenv import load_dotenv

    load_dotenv(HERE / ".env")
    kept_key = HERE / "var" / "secret-key"
    if kept_key.is_file():
        # the key that `make run` keeps, so that sign_in_link and shell see the same deployment
        os.environ.setdefault("SECRET_KEY", kept_key.read_text().strip())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
