"""What PostgREST does with rows: filters, order, limits; as its documentation says, for the types we use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cmp_to_key
from typing import Any

Row = dict[str, Any]
RESERVED = {"select", "order", "limit", "offset", "or", "and"}
OPERATORS = ("eq", "neq", "gt", "gte", "lt", "lte", "is", "in", "like", "ilike")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d.*")


class Refused(Exception):
    """An answer of PostgREST that is no rows."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.body = (
            status,
            {"code": code, "details": None, "hint": None, "message": message},
        )


def value(thing: Any) -> Any:
    """A cell as something that compares as the database's type does."""
    if isinstance(thing, str) and _TIME.fullmatch(thing):
        return datetime.fromisoformat(thing)
    return thing


def literal(text: str, like: Any) -> Any:
    """A value of a filter in the type of the column."""
    if isinstance(like, bool):
        return {"true": True, "false": False}[text]
    if isinstance(like, int):
        return int(text)
    # `+` of an address is a blank; PostgreSQL would refuse such a time too
    return value(text)


def matcher(columns: set[str], table: str, name: str, filter_: str) -> Callable[[Row], bool]:
    """One filter `column=operator.value`."""
    if name not in columns:
        raise Refused(400, "42703", f"column {table}.{name} does not exist")
    negated = filter_.startswith("not.")
    operator, _, operand = filter_.removeprefix("not.").partition(".")
    if operator not in OPERATORS:
        raise Refused(400, "PGRST100", f'"failed to parse filter ({filter_})" (line 1, column 1)')

    def test(row: Row) -> bool:
        cell = row.get(name)
        if operator == "is":
            found = cell is {"null": None, "true": True, "false": False}[operand]
            return found != negated
        if cell is None:  # NULL compares with nothing, nor does its negation
            return False
        return compare(operator, value(cell), operand) != negated

    return test


def compare(operator: str, cell: Any, operand: str) -> bool:
    """An operator on a cell that is not NULL."""
    if operator == "in":
        return any(cell == literal(unquoted(one), cell) for one in split(operand[1:-1]))
    if operator in ("like", "ilike"):
        pattern = re.escape(operand).replace(r"\*", ".*").replace("%", ".*").replace("_", ".")
        flags = re.IGNORECASE if operator == "ilike" else 0
        return re.fullmatch(pattern, str(cell), flags) is not None
    other = literal(unquoted(operand), cell)
    return {
        "eq": cell == other, "neq": cell != other, "gt": cell > other,
        "gte": cell >= other, "lt": cell < other, "lte": cell <= other,
    }[operator]  # fmt: skip


def tree(columns: set[str], table: str, kind: str, text: str) -> Callable[[Row], bool]:
    """`or=(a.eq.1,and(b.gt.2,c.eq.3))`."""
    tests = []
    for part in split(text.strip()[1:-1]):
        if inner := re.fullmatch(r"(and|or)(\(.*\))", part):
            tests.append(tree(columns, table, inner[1], inner[2]))
        else:
            name, _, filter_ = part.partition(".")
            tests.append(matcher(columns, table, name, filter_))
    every = all if kind == "and" else any
    return lambda row: every(test(row) for test in tests)


def split(text: str) -> list[str]:
    """At commas outside of quotes and brackets."""
    found, depth, quoted = [""], 0, False
    for char in text:
        quoted ^= char == '"'
        depth += 0 if quoted else {"(": 1, ")": -1}.get(char, 0)
        if char == "," and not depth and not quoted:
            found.append("")
        else:
            found[-1] += char
    return found


def unquoted(text: str) -> str:
    """A value without its quotes."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def ordered(rows: Iterable[Row], order: str) -> list[Row]:
    """`a.asc,b.desc.nullslast`; NULLs are last when ascending and first when descending."""

    def compare_rows(left: Row, right: Row) -> int:
        for part in order.split(","):
            name, *words = part.split(".")
            a, b = value(left.get(name)), value(right.get(name))
            nulls = 1 if "nullslast" in words else -1 if "nullsfirst" in words else 0
            down = "desc" in words
            if (a is None) != (b is None):
                side = nulls or (-1 if down else 1)
                return side if a is None else -side
            if a != b:
                return (1 if a > b else -1) * (-1 if down else 1)
        return 0

    return sorted(rows, key=cmp_to_key(compare_rows)) if order else list(rows)


def select(
    rows: list[Row], columns: set[str], table: str, query: list[tuple[str, str]]
) -> list[Row]:
    """Rows that the filters let through, in order, with the chosen columns; limits apply later."""
    given = dict(query)
    tests = [
        tree(columns, table, name, text)
        if name in ("or", "and")
        else matcher(columns, table, name, text)
        for name, text in query
        if name not in RESERVED or name in ("or", "and")
    ]
    wanted = given.get("select", "*").split(",")
    names = sorted(columns) if wanted == ["*"] else wanted
    for name in [*names, *(p.split(".")[0] for p in given.get("order", "").split(",") if p)]:
        if name not in columns:
            raise Refused(400, "42703", f"column {table}.{name} does not exist")
    found = [row for row in rows if all(test(row) for test in tests)]
    return [{n: row.get(n) for n in names} for row in ordered(found, given.get("order", ""))]
