"""The audit log of an account group, for its admins."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from audiences import access
from audiences.views import shell
from team import audit


@require_safe
def page(request: HttpRequest, group_id: str) -> HttpResponse:
    """What was done, the newest first; a chapter of it alone, if the reader wants."""
    entry = access.enter(request, group_id)
    entry.need_admin()
    chapter, before = request.GET.get("about", ""), request.GET.get("before", "")
    events, last = audit.page(entry.group, chapter, _number(before))
    older = urlencode({"about": chapter, "before": last} if chapter else {"before": last})
    context = {
        "lines": [{"event": event, "did": audit.KINDS.get(event.kind, event.kind)} for event in events],
        "chapters": audit.CHAPTERS,
        "chapter": chapter if chapter in audit.CHAPTERS else "",
        "older_url": f"?{older}" if last else "",
        "is_older": bool(before),
    }
    return shell.show(request, entry, "team/audit.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
