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

    from dashboard.startup import use_kept_secret_key

    load_dotenv(HERE / ".env")
    use_kept_secret_key(make=sys.argv[1:2] == ["up"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
