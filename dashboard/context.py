"""What every template may ask for."""

from functools import partial

from django.conf import settings
from django.http import HttpRequest

from operations import confirming


def page(request: HttpRequest) -> dict[str, object]:
    """Whether the people on screen are made up by the sandbox; and, for who asks, whether a restore has left something
    for this person to confirm.
    """
    user = getattr(request, "user", None)
    waits = partial(confirming.tells, user) if user is not None and user.is_authenticated else False
    return {"sample_data": settings.SAMPLE_DATA, "restored_waits": waits}
