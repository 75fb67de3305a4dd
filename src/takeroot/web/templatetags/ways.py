"""Links from a page to where something is to be done first."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from takeroot.reporting.blocks import CITED, several
from takeroot.web.addresses import address, of_row

register = template.Library()

#: What is done on each page, as its link says it.
DOES = {
    "record": "Record what happened",
    "import": "Bring in files",
    "about": "Say what the programme is, its plans and its rules",
    "people": "Let people in",
}


@register.inclusion_tag("parts/ways.html", takes_context=True)
def ways(context: dict[str, Any], begin: tuple[str, ...]) -> dict[str, Any]:
    """Links to the pages where something begins, as far as they are open to whoever reads."""
    there = [name for name in begin if name in context.get("doors", ())]
    return {"ways": [(address(name, context["slug"]), DOES[name]) for name in there]}


@register.simple_tag(takes_context=True)
def where(context: dict[str, Any], slug: str, reference: str) -> str:
    """The page of a row of the record, or of a signal; empty, where there is none that whoever reads may open."""
    if reference.startswith("signals:"):
        return address("change", slug, reference) if context.get("whole") else ""
    return of_row(slug, reference)


@register.simple_tag(takes_context=True)
def cited(context: dict[str, Any], text: str) -> SafeString:
    """What somebody wrote, with each row that it cites as a number that leads there, in the order of citing."""
    slug, numbers = str(context.get("slug", "")), dict[str, int]()

    def number(reference: str) -> str:
        nth = numbers.setdefault(reference, len(numbers) + 1)
        there = where(context, slug, reference) if slug else ""
        return format_html('<a href="{}">{}</a>', there, nth) if there else str(nth)

    told = str(conditional_escape(text))
    told = CITED.sub(lambda found: f"[{', '.join(map(number, several(found[1])))}]", told)
    return mark_safe(linebreaksbr(mark_safe(told)))
