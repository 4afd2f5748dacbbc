"""Full text in a pgvector table: the best rows by their words, through an index on the text's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

from psycopg import sql

from embed_platform.errors import SettingsError
from embed_platform.stores.base import Filters, Hit, StoreTable
from embed_platform.stores.pgvector.connect import Connection
from embed_platform.stores.pgvector.schema import SCHEMA, set_local, table_sql
from embed_platform.stores.pgvector.search import conditions

# Of more matches the newest are ranked: each one's words are taken from its text once more.
RANKED = 2_000
# A word that more of the rows have says nothing about one of them.
COMMON = 0.05
# A question's words that are asked for one by one when no document has them all.
MOST_WORDS = 32
INDEX_MEMORY = "256MB"
# ts_rank's flag that divides by 1 + the logarithm of the text's length
# (https://www.postgresql.org/docs/current/textsearch-controls.html#TEXTSEARCH-RANKING).
BY_LENGTH = 1


def find_by_words(
    connection: Connection,
    table: StoreTable,
    text: str,
    limit: int,
    filters: Filters,
    language: str,
) -> list[Hit]:
    """The `limit` best rows by their words, best first.

    The text is read as a search engine reads it: all words, "a phrase", -without, this or that.
    Where too few rows have all the words of a plain question, those that have its rarer ones come
    after them. A score is `ts_rank`, which is 1 at most, and 1 more where the whole text matches.

    Raises:
        SettingsError: PostgreSQL has no text search configuration of that name.
    """
    ensure_text_index(connection, table, language)
    hits = [
        replace(hit, score=1 + hit.score)
        for hit in _matching(connection, table, text, limit, filters, language, leave_out=())
    ]
    words = plain_words(text)
    if len(hits) < limit and len(words) > 1:
        rarer = _rarer(connection, table, words, language)
        if rarer:
            known = [hit.id for hit in hits]
            any_of_them = " or ".join(rarer)
            hits += _matching(
                connection, table, any_of_them, limit - len(hits), filters, language, known
            )
    return hits


def plain_words(text: str) -> list[str]:
    """The words of a plain question, each once; none where it says how they are to be combined."""
    words = list(dict.fromkeys(text.lower().split()))
    if '"' in text or any(word == "or" or word.startswith("-") for word in words):
        return []
    return words[:MOST_WORDS]


def rarest(counts: Sequence[tuple[str, int]], rows: int, most: int = RANKED) -> list[str]:
    """The rarer words, as many as have `most` rows together, and the rarest of all in any case.

    Args:
        counts: words and how many rows have each; those that none has are left out.
        rows: of the table; words that more than a twentieth of them have are left out.
        most: rows that the words may have together.
    """
    chosen: list[str] = []
    total = 0
    for word, count in sorted((pair for pair in counts if pair[1]), key=lambda pair: pair[1]):
        total += count
        if chosen and (total > most or count > COMMON * rows):
            break
        chosen.append(word)
    return chosen


def ensure_text_index(connection: Connection, table: StoreTable, language: str) -> None:
    """Build the index on the words where it is missing; one for another language goes.

    Raises:
        SettingsError: PostgreSQL has no text search configuration of that name.
    """
    name = text_index_name(table, language)
    if name in _text_indexes(connection, table):
        return
    check_language(connection, language)
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", (name,))
        present = _text_indexes(connection, table)
        if name in present:  # another process was faster
            return
        for old in present:
            connection.execute(sql.SQL("drop index {}").format(sql.Identifier(SCHEMA, old)))
        set_local(connection, "statement_timeout", "0")
        set_local(connection, "maintenance_work_mem", INDEX_MEMORY)
        connection.execute(
            sql.SQL("create index {} on {} using gin ({})").format(
                sql.Identifier(name), table_sql(table.name), _words_of_text(language)
            )
        )


def text_index_name(table: StoreTable, language: str) -> str:
    """Name of the index on the words; no vecs client takes it for a vector index."""
    return f"{_prefix(table)}{language}"


def check_language(connection: Connection, language: str) -> None:
    """See that PostgreSQL knows a text search configuration.

    Raises:
        SettingsError: it does not; lists those that it knows.
    """
    known = [
        name
        for (name,) in connection.execute(
            "select cfgname from pg_ts_config where cfgnamespace = 'pg_catalog'::regnamespace "
            "order by cfgname"
        )
    ]
    if language not in known:
        raise SettingsError(
            f"PostgreSQL has no text search configuration {language!r}; it has {', '.join(known)}",
            where="EMBED_TEXT_SEARCH_LANGUAGE",
        )


def _matching(
    connection: Connection,
    table: StoreTable,
    text: str,
    limit: int,
    filters: Filters,
    language: str,
    leave_out: Sequence[str],
) -> list[Hit]:
    condition, values = conditions(filters)
    words, query = _words_of_text(language), _query(language)
    statement = sql.SQL(
        "with matches as materialized (select id, metadata from {table} {where} {words} @@ {query} "
        "and id <> all(%(leave_out)s) order by created_at desc limit {ranked}) "
        "select id, metadata, ts_rank({words}, {query}, {flag}) as score from matches "
        "order by score desc, id limit {limit}"
    ).format(
        table=table_sql(table.name),
        where=sql.SQL("{} and").format(condition) if values else sql.SQL("where"),
        words=words,
        query=query,
        ranked=sql.Literal(RANKED),
        flag=sql.Literal(BY_LENGTH),
        limit=sql.Literal(limit),
    )
    given: dict[str, Any] = {"text": text, "leave_out": list(leave_out), **values}
    found = connection.execute(statement, given).fetchall()
    return [Hit(key, float(score), metadata) for key, metadata, score in found]


def _rarer(
    connection: Connection, table: StoreTable, words: Sequence[str], language: str
) -> list[str]:
    statement = sql.SQL(
        "select word, (select count(*) from {} where {} @@ plainto_tsquery({}::regconfig, word)) "
        "from unnest(%(asked)s::text[]) as word"
    ).format(table_sql(table.name), _words_of_text(language), sql.Literal(language))
    counts = connection.execute(statement, {"asked": list(words)}).fetchall()
    # an estimate, as of the last index or analysis, which is near enough and costs nothing
    estimate = connection.execute(
        "select reltuples from pg_class c join pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = %s and c.relname = %s",
        (SCHEMA, table.name),
    ).fetchone()
    return rarest(counts, int(estimate[0]) if estimate else 0)


def _words_of_text(language: str) -> sql.Composed:
    """The indexed expression; a search must spell it the same way to be served by the index."""
    return sql.SQL("to_tsvector({}::regconfig, metadata->>'text')").format(sql.Literal(language))


def _query(language: str) -> sql.Composed:
    return sql.SQL("websearch_to_tsquery({}::regconfig, %(text)s)").format(sql.Literal(language))


def _prefix(table: StoreTable) -> str:
    digest = blake2b(table.name.encode(), digest_size=6).hexdigest()
    return f"ix_text_{digest}_"


def _text_indexes(connection: Connection, table: StoreTable) -> list[str]:
    """The finished indexes on the words of a table."""
    rows = connection.execute(
        """
        select c.relname from pg_index i
        join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = %s and starts_with(c.relname, %s) and i.indisvalid
        """,
        (SCHEMA, _prefix(table)),
    ).fetchall()
    return [name for (name,) in rows]
