"""What every template may ask for. Nothing here reads the database before a template asks: the page that says that it
is away is a template, too.
"""

from django.conf import settings
from django.http import HttpRequest

from operations import confirming


def page(request: HttpRequest) -> dict[str, object]:
    """Whether the people on screen are made up by the sandbox; and, for who asks, whether a restore has left something
    for this person to confirm.
    """

    def restored_waits() -> bool:
        user = getattr(request, "user", None)
        return user is not None and user.is_authenticated and confirming.tells(user)

    return {"sample_data": settings.SAMPLE_DATA, "restored_waits": restored_waits}
