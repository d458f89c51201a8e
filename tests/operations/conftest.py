"""What the tests of operations share with those of the app."""

from tests.audiences.conftest import _nothing_ahead, api, boss, fake, group, groups, row, sandbox_url, wire  # noqa: F401
