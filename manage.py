#!/usr/bin/env python
"""Django's command line for this project. `manage.py up` is what `make run` ends in."""

import os
import sys


def main() -> None:
    """Run one command with the settings of `.env`, the environment winning over it."""
    from django.core.management import execute_from_command_line

    from dashboard.startup import read_env_file, use_kept_secret_key

    read_env_file()
    if sys.argv[1:2] != ["metrics"]:  # the one that is kept running; of the others somebody reads the terminal
        os.environ["LOG_FORMAT"] = os.environ.get("LOG_FORMAT") or "text"
    use_kept_secret_key(make=sys.argv[1:2] == ["up"])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
