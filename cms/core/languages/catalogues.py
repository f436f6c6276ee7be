"""Message catalogues without gettext's programs: compiling .po files and finding the strings our own code asks for.

Strings of Python files are read from the syntax tree, those of templates through Django's own ``templatize``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from django.utils.translation.template import templatize

SINGULAR = frozenset({"gettext", "gettext_lazy", "gettext_noop", "_"})
PLURAL = frozenset({"ngettext", "ngettext_lazy"})
CONTEXT = frozenset({"pgettext", "pgettext_lazy"})
CONTEXT_PLURAL = frozenset({"npgettext", "npgettext_lazy"})
_CALL = re.compile(r"(?<!\w)(?:n?p?gettext|_)\(")


@dataclass(frozen=True, slots=True)
class Message:
    """A string some code asks for: context or None, the English text, and where it stands ("path:line")."""

    context: str | None
    text: str
    place: str


def compile_catalogues(folder: Path, *, force: bool = False) -> list[Path]:
    """Writes the .mo beside every ``<folder>/*/LC_MESSAGES/*.po`` that is newer than it; gives the files written.

    A broken .po raises OSError (polib) with the file and line.
    """
    written: list[Path] = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not force and target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        catalogue = polib.pofile(str(source))
        part = target.with_suffix(".mo.part")
        catalogue.save_as_mofile(str(part))
        part.replace(target)
        written.append(target)
    return written


def messages_of_python(source: str, place: str) -> list[Message]:
    """The strings that Python source passes to gettext functions as literals; SyntaxError when it does not parse."""
    found: list[Message] = []
    for node in ast.walk(ast.parse(source, filename=place)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        literals = [_literal(argument) for argument in node.args[:3]]
        where = f"{place}:{node.lineno}"
        if name in SINGULAR and literals and literals[0]:
            found.append(Message(None, literals[0], where))
        elif name in PLURAL and literals and literals[0]:
            found.append(Message(None, literals[0], where))
        elif name in CONTEXT | CONTEXT_PLURAL and len(literals) > 1 and literals[1]:
            found.append(Message(literals[0], literals[1], where))
    return found


def messages_of_template(source: str, place: str) -> list[Message]:
    """The strings that a Django template translates (trans, blocktrans, _() in filters), with lines kept."""
    return list(_calls_of_templatized(templatize(source), place))


def _calls_of_templatized(text: str, place: str) -> Iterator[Message]:
    """``templatize`` leaves gettext calls among rubbish: from each start, the shortest text that parses is the call."""
    for start in _CALL.finditer(text):
        line = text.count("\n", 0, start.start()) + 1
        end = text.find(")", start.end())
        while end != -1:
            try:
                ast.parse(text[start.start() : end + 1])
            except SyntaxError:
                end = text.find(")", end + 1)
                continue
            for message in messages_of_python(text[start.start() : end + 1], place):
                yield Message(message.context, message.text, f"{place}:{line}")
            break


def own_messages(root: Path, packages: tuple[str, ...]) -> list[Message]:
    """Every string our own code under ``root`` asks for, in the named top folders; migrations are left out."""
    found: list[Message] = []
    for package in packages:
        for path in sorted((root / package).rglob("*")):
            place = str(path.relative_to(root))
            if path.suffix == ".py" and "/migrations/" not in place:
                found += messages_of_python(path.read_text(encoding="utf-8"), place)
            elif path.suffix in {".html", ".txt"} and "/templates/" in place:
                found += messages_of_template(path.read_text(encoding="utf-8"), place)
    return found


def untranslated(messages: list[Message], catalogue: Path) -> list[Message]:
    """Those of ``messages`` that the .po file ``catalogue`` has no (or a fuzzy) translation for, each text once."""
    done: set[tuple[str | None, str]] = set()
    if catalogue.exists():
        for entry in polib.pofile(str(catalogue)):
            if entry.translated():
                done.add((entry.msgctxt, entry.msgid))
    missing: dict[tuple[str | None, str], Message] = {}
    for message in messages:
        key = (message.context, message.text)
        if key not in done:
            missing.setdefault(key, message)
    return list(missing.values())


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None
