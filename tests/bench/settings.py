"""The deployment's settings, with one more address: see urls.py."""

from dashboard.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
