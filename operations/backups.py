"""Placeholder until merged."""

from typing import Any


def last_good() -> Any:
    return None


def trouble() -> str:
    return ""


def is_on() -> bool:
    return False
