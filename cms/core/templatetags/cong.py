"""What templates of every room draw with: navigation, state chips, fields, charts, languages."""

from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from cms.core.languages import ORTHOGRAPHIES
from cms.core.navigation import NavLink, links_for
from cms.core.staticfinders import sheet_for_script

register = template.Library()

# State is told by a shape and a word; the shapes print in black and white. Drawn, because cheap phones lack ◐.
SHAPES = {
    "done": '<circle cx="8" cy="8" r="7" fill="currentColor"/>',
    "unsure": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M8 2a6 6 0 0 0 0 12z" fill="currentColor"/>',
    "planned": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>',
    "waiting": '<circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="2"/>',
    "failed": '<rect x="1.5" y="1.5" width="13" height="13" fill="currentColor"/>',
    "stale": '<path d="M8 1l7.5 14H.5z" fill="currentColor"/>',
}
_SVG = '<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>'


@register.simple_tag
def chip(kind: str, label: Any) -> SafeString:
    """A state as shape and word. `kind`: done ● · unsure ◐ · planned ○ · waiting ○ (highlighted) · failed ■ · stale ▲."""
    shape = kind if kind in SHAPES else "planned"
    return format_html('<span class="chip chip-{}">{}{}</span>', shape, mark_safe(_SVG.format(SHAPES[shape])), label)


@register.inclusion_tag("core/_navigation.html", takes_context=True)
def navigation(context: template.Context) -> dict[str, list[NavLink]]:
    """The header's links for the person who is signed in."""
    request = context.get("request")
    if request is None:
        return {"links": []}
    return {"links": links_for(getattr(request, "user", None), request.path)}


@register.inclusion_tag("core/_field.html")
def field(bound: BoundField, optional: Any = "") -> dict[str, Any]:
    """One form field: label, help, errors, control, in this order. `optional` is the word shown beside a label that may stay empty."""
    widget = bound.field.widget
    return {
        "field": bound,
        "optional": "" if bound.field.required else optional,
        "single_choice": getattr(widget, "input_type", "") == "checkbox" and not hasattr(widget, "choices"),
        "is_group": bound.use_fieldset,
    }


@register.inclusion_tag("core/_error_summary.html")
def error_summary(form: BaseForm) -> dict[str, BaseForm]:
    """What is wrong in a form, at its head, each line leading to its field."""
    return {"form": form}


@register.inclusion_tag("core/_pager.html", takes_context=True)
def pager(context: template.Context, page: Any, param: str = "trang") -> dict[str, Any]:
    """Links to the page before and after of a Django Paginator page; the other parameters of the address are kept."""
    request = context.get("request")
    kept = request.GET.copy() if request is not None else None
    if kept is not None:
        kept.pop(param, None)
    return {"page": page, "param": param, "query": kept.urlencode() if kept else ""}


@register.filter
def language_name(code: str) -> str:
    """The name of a written language in its own words ("Tiếng Việt"), or the code itself when it is unknown."""
    row = ORTHOGRAPHIES.get(code)
    return row.name_own or row.name_vi if row else code


@register.filter
def language_name_vi(code: str) -> str:
    """The Vietnamese name of a written language, or the code itself when it is unknown."""
    row = ORTHOGRAPHIES.get(code)
    return row.name_vi if row else code


@register.filter
def lang_tag(code: str) -> str:
    """The BCP 47 tag of a written language for `lang` and `hreflang`."""
    row = ORTHOGRAPHIES.get(code)
    return row.tag if row else code


@register.simple_tag
def face_sheet(code: str) -> str:
    """The static path of the sheet with the face that this written language needs, or an empty string."""
    row = ORTHOGRAPHIES.get(code)
    return (sheet_for_script(row.script) or "") if row else ""


@register.filter
def minutes_and_seconds(seconds: float | int | None) -> str:
    """A length as m:ss ("4:05"); a dash when it is not known."""
    if seconds is None:
        return "–"
    whole = round(float(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


@register.filter
def file_size(size: int | None) -> str:
    """A file's size as people read it before they tap: "312 kB", "2,4 MB"."""
    if size is None:
        return "–"
    if size < 1_000_000:
        return f"{max(1, round(size / 1000))} kB"
    return f"{size / 1_000_000:.1f} MB".replace(".", ",")
