"""The dashboard's addresses, and one that answers with a page's bytes out of the cache, behind the same doors."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from audiences import access
from audiences.views import prospects
from dashboard.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


@require_safe
def same_bytes(request: HttpRequest, group_id: str, audience_id: str) -> HttpResponse:
    """What prospects.page answered the first time."""
    entry = access.enter(request, group_id)
    key = f"same-bytes-{entry.group.id}-{audience_id}"
    body = cache.get(key)
    if body is None:
        body = prospects.page(request, group_id, audience_id).content
        cache.set(key, body)
    return HttpResponse(body)


urlpatterns += [path("same-bytes/<id:group_id>/audiences/<audience:audience_id>/prospects/", same_bytes)]
