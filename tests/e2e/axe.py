"""axe-core, run on a page as it stands."""

from collections.abc import Sequence
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

Look = tuple[ViewportSize, Literal["light", "dark"], dict[str, object]]
_SCRIPT = Axe().axe_script
_RUN = "([part, options]) => axe.run(part, options)"
_SIZES = {"target-size": {"enabled": True}}  # WCAG 2.2; axe leaves it out unless asked
_QUICK: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
ALL: dict[str, object] = _QUICK | {"rules": _SIZES}
# the structure is the same in both themes; colours are not
COLOURS = _QUICK | {"runOnly": ["color-contrast"]}
SHAPE = _QUICK | {"rules": _SIZES | {"color-contrast": {"enabled": False}}}
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=375, height=740)
TWO_LOOKS: tuple[Look, ...] = ((DESK, "light", ALL), (PHONE, "dark", ALL))
PEOPLE = ("#rows .person",)  # fifty rows are most of the work, and looked at where nothing else is new
FOUR_LOOKS = (*TWO_LOOKS, (PHONE, "light", COLOURS), (DESK, "dark", COLOURS))


def nothing_found(
    page: Page, part: str = "main", looks: Sequence[Look] = TWO_LOOKS, *, without: Sequence[str] = ()
) -> None:
    """Look at what stands on the page in these sizes and themes; `without` what another test looks at."""
    page.evaluate(_SCRIPT)
    found = []
    for size, theme, options in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        violations = page.evaluate(_RUN, [{"include": [part], "exclude": list(without)}, options])["violations"]
        found += [(size["width"], theme, one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
    assert found == [], str(found)[:3000]
