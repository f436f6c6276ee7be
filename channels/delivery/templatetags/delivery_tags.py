"""Filters of the engine's screens."""

from django import template

from cms.core import languages

register = template.Library()


@register.filter
def written_language(code: str) -> str:
    """The Vietnamese name of a written language; an unknown code as it is."""
    row = languages.ORTHOGRAPHIES.get(code)
    return row.name_vi if row else str(code)
