"""What every template may ask for."""

from django.conf import settings
from django.http import HttpRequest


def page(request: HttpRequest) -> dict[str, object]:
    """Whether the people on screen are made up by the sandbox."""
    return {"sample_data": settings.SAMPLE_DATA}
