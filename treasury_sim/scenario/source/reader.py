"""YAML text to a `Tree`: only plain scalars, and the place of every value."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from treasury_sim.case.key_paths import Key, KeyPath, dotted
from treasury_sim.case.scalars import NO_CONTROL, control_character, plain
from treasury_sim.domain.spelling import known_as
from treasury_sim.errors import InputError, Problem
from treasury_sim.scenario.source.tree import Place, Tree, Values, in_spelling

DEEPEST = 40
MOST_VALUES = 300_000
_PREFIX = "tag:yaml.org,2002:"
_TAGS = {f"{_PREFIX}str", f"{_PREFIX}seq", f"{_PREFIX}map", "!"}
_QUOTES = {"'", '"', "|", ">"}

_CONTROL_REMOVED = "text"
"""Stands for a rejected text, so that it is not reported a second time."""

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):  # type: ignore[misc]
    """A loader that keeps every scalar as it is written."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012 - the name and type are PyYAML's


def read_yaml(text: str, where: str, what: str = "a scenario") -> Tree:
    """Read the text of a scenario file, or of another mapping of keys.

    Parameters
    ----------
    text
        The whole file.
    where
        Its name in messages.
    what
        The kind of file expected, in messages.

    Raises
    ------
    InputError
        If it is not YAML, empty or not a mapping. Lesser errors are in the tree's `problems`.
    """
    root = _compose(text, where)
    if root is None or (isinstance(root, yaml.ScalarNode) and not root.value):
        raise InputError([Problem(where, 1, "", f"the keys of {what}", "an empty file")])
    if not isinstance(root, yaml.MappingNode):
        kind = "a list" if isinstance(root, yaml.SequenceNode) else f"'{_cut(root.value)}'"
        fix = "Start with `schema: 1`." if what == "a scenario" else ""
        raise InputError([Problem(where, _line(root), "", "a mapping of keys to values", kind, fix)])
    reading = _Reading(where)
    values = reading.mapping(root, ())
    return Tree(values, reading.places, tuple(reading.problems))


def _compose(text: str, where: str) -> yaml.Node | None:
    """Parse to nodes; checks the depth first, since the C parser composes recursively."""
    try:
        _check_depth(text, where)
        loader = _Loader(text)
        try:
            root: yaml.Node | None = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        error_text = ", ".join(part.removeprefix("found ") for part in (error.context, error.problem) if part)
        line = None if mark is None else mark.line + 1
        written = "" if mark is None else "".join(text.splitlines()[mark.line : mark.line + 1])
        raise InputError([Problem(where, line, "", "YAML", error_text, _syntax_fix(error_text, written))]) from None
    except (yaml.YAMLError, UnicodeError) as error:
        error_text = str(error).splitlines()[0]
        raise InputError([Problem(where, None, "", "YAML", error_text)]) from None
    return root


def _check_depth(text: str, where: str) -> None:
    depth = 0
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else None
            raise InputError([Problem(where, line, "", f"at most {DEEPEST} levels", "deeper nesting")])


def _syntax_fix(error_text: str, written: str) -> str:
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return "Indent with spaces, not tabs."
    if "expected a single document" in error_text:
        return "Keep one scenario per file: remove the line `---`."
    if "mapping values are not allowed" in error_text:
        return "Quote text that contains a colon and a space."
    return ""


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


class _Reading:
    """One pass over the nodes of a file: values, their places, and the errors found."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.places: dict[KeyPath, Place] = {(): Place(where, 1)}
        self.problems: list[Problem] = []
        self._values = 0

    def mapping(self, node: yaml.MappingNode, path: KeyPath) -> Values:
        values: Values = {}
        lines: dict[Key, int] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key is None:
                continue
            line = _line(key_node)
            if key in lines:
                both = f"it again in line {line}, after line {lines[key]}"
                self._tell(line, (*path, key), "every key once", both, "Keep one of the two.")
                continue
            lines[key] = line
            values[key] = self._value(value_node, (*path, key), line)
        return values

    def _key(self, node: yaml.Node, path: KeyPath) -> Key | None:
        line = _line(node)
        if not isinstance(node, yaml.ScalarNode):
            self._tell(line, path, "text or a date as key", "a list or a mapping as key")
            return None
        if control := control_character(str(node.value)):
            self._tell(line, path, f"{NO_CONTROL} as key", control)
            return None
        if node.style in _QUOTES:
            return known_as(str(node.value))
        if node.value == "<<":
            self._tell(line, (*path, "<<"), "keys written out", "a merge key", "Use `extends:` or repeat the keys.")
            return None
        if not node.value[:1].isdigit():  # no date
            return known_as(str(node.value))
        value = self._scalar(node, (*path, str(node.value)))
        return value if isinstance(value, date) else known_as(str(node.value))

    def _value(self, node: yaml.Node, path: KeyPath, line: int) -> Any:
        self._guard(node, path)
        if node.tag not in _TAGS:
            tag = node.tag.replace(_PREFIX, "!!")
            self._tell(_line(node), path, "a value without a tag", f"the tag {tag}", f"Remove {tag}.")
        if isinstance(node, yaml.ScalarNode):
            # The line of the value itself; an alias is at the line that uses it.
            at = _line(node) if _line(node) >= line else line
            quoted = node.style in _QUOTES
            if control := control_character(str(node.value)):
                self._tell(at, path, NO_CONTROL, control)
                return _CONTROL_REMOVED
            self.places[path] = Place(self.where, at, _cut(str(node.value)), quoted)
            return in_spelling(path, str(node.value) if quoted else self._scalar(node, path))
        self.places[path] = Place(self.where, line)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        return [self._value(item, (*path, index), _line(item)) for index, item in enumerate(node.value)]

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath) -> object:
        text = str(node.value)
        try:
            return plain(text)
        except ValueError:
            self._tell(_line(node), path, "a date", text, "This day does not exist.")
            return text

    def _guard(self, node: yaml.Node, path: KeyPath) -> None:
        """Reject an alias that contains itself, and aliases that multiply."""
        self._values += 1
        if len(path) > DEEPEST:
            actual = "an alias that contains itself, or too many levels"
            raise InputError([Problem(self.where, _line(node), "", f"at most {DEEPEST} levels", actual)])
        if self._values > MOST_VALUES:
            expected = f"at most {MOST_VALUES:_} values"
            fix = "Move long tables to a CSV file."
            raise InputError([Problem(self.where, _line(node), "", expected, "more, counting aliases", fix)])

    def _tell(self, line: int, path: KeyPath, expected: str, actual: str, fix: str = "") -> None:
        self.problems.append(Problem(self.where, line, dotted(path), expected, actual, fix))
