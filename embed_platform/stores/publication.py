"""The s3 store: self-contained Parquet per space, kind and user, replaced whole; scanned exactly."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from embed_platform.corpus.privacy import why_private
from embed_platform.errors import (
    LakeUnavailable,
    StoreUnavailable,
)
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.snapshots import parquet_bytes, parse_parquet, regrouped
from embed_platform.lake.visibility import is_public, supabase_address
from embed_platform.stores.base import SINGLE, Filters, Hit, Rows, StoreTable, Vectors, by_id
from embed_platform.stores.published_rows import (
    KEPT,
    as_table,
    matrix,
    narrow,
    schema_of,
    unit_rows,
)

ROWS_PER_FILE = 25_000
READ_ATTEMPTS = 5


class S3Store:
    """The publication, on S3 or in a folder; also the exact yardstick for the indexed stores."""

    name = "s3"

    def __init__(self, lake: Lake) -> None:
        self._lake, self._files = lake, lake.published
        self._settings = lake.settings
        self._public_url = lake.settings.public_url.rstrip("/")
        self._is_public: bool | None = None

    def refuses(self, table: StoreTable, user: str = "") -> str:
        """Private documents are not published where strangers read, pages nowhere."""
        if table.space.multi_vector:
            return SINGLE
        why = why_private(self._lake, user, table.kind)
        if not why:
            return ""
        if self._public_url:
            return f"{why}, and the publication is served at {self._public_url}"
        return f"{why}, and everybody can read {self._files.url}" if self._public() else ""

    def address(self) -> str:
        """Under which address strangers read the publication; empty where they do not, or it is unknown."""
        if self._public_url:
            return self._public_url
        derived = supabase_address(self._files, self._settings)
        return derived if derived and self._public() else ""

    def upsert(self, table: StoreTable, user: str, batches: Iterable[Rows]) -> int:
        """Replace the user's files by what they hold plus these rows."""
        added: list[str] = []

        def fresh() -> Iterator[pa.Table]:
            for batch in batches:
                yield as_table(batch, table, user)
                added.extend(batch.ids)

        self._replace(table, user, fresh(), added)
        return len(added)

    def delete(self, table: StoreTable, user: str, ids: Sequence[str]) -> None:
        """Replace the user's files by what they hold without these rows."""
        if ids:
            self._replace(table, user, iter(()), ids)

    def hashes(self, table: StoreTable, user: str) -> dict[str, str]:
        """`{id: row_hash}` of the user's files; a killed replacement leaves rows doubled."""
        rows = self._read(table, user, ["id", "row_hash"])
        return by_id(rows["id"].to_pylist(), rows["row_hash"].to_pylist())

    def counts(self, table: StoreTable, users: Sequence[str]) -> dict[str, int]:
        """Rows of each user; every file's name ends in its number of rows."""
        wanted, found = set(users), dict.fromkeys(users, 0)
        for entry in self._list(layout.publication(table.space.slug, table.kind.name)):
            user = layout.partition_value(entry, "user")
            if user in wanted:
                found[user] += int(entry.rsplit("-", 1)[-1].removesuffix(".parquet"))
        return found

    def vectors(self, table: StoreTable, user: str, ids: Sequence[str]) -> dict[str, Vectors]:
        """Published vectors of a user by id."""
        found: dict[str, Vectors] = {}
        for data in self._tables(table, user, ["id", "vector"]):
            picked = data.filter(pc.is_in(data["id"], pa.array(ids, pa.string())))
            found.update(zip(picked["id"].to_pylist(), matrix(picked, table), strict=True))
        return found

    def finish(self, table: StoreTable) -> None:
        """Write the manifest that tells readers what there is, if that changed."""
        slug, address = table.space.slug, self.address()
        files = []
        for path, size in self._entries(layout.publication(slug)):
            if path.endswith(".parquet"):
                files.append(
                    {
                        "path": path,
                        "kind": layout.partition_value(path, "kind"),
                        "user": layout.partition_value(path, "user"),
                        "rows": int(path.rsplit("-", 1)[-1].removesuffix(".parquet")),
                        "bytes": size,
                    }
                    | ({"url": f"{address}/{path}"} if address else {})
                )
        content = {
            "schema_version": layout.SCHEMA_VERSION,
            "space": slug,
            "identity": {"model": table.space.model} | table.space.identity(),
            "dimension": table.space.dimension,
            "normalised": table.space.normalised,
            "rows": sum(int(str(file["rows"])) for file in files),
            "kinds": sorted({str(file["kind"]) for file in files}),
            "users": sorted({str(file["user"]) for file in files}),
            "files": files,
        }
        path = f"{layout.publication(slug)}/manifest.json"
        present = self._manifest(path)
        if present == content or (present is None and not files):
            return
        manifest = {"written_at": datetime.now(UTC).isoformat(timespec="seconds"), **content}
        self._put(path, msgspec.json.format(msgspec.json.encode(manifest), indent=2))

    def search(self, table: StoreTable, vector: Vectors, limit: int, filters: Filters) -> list[Hit]:
        """Compare with every row: exact, whatever the filters."""
        unit = unit_rows(np.asarray(vector, dtype=np.float32)[None, :])[0]
        best: dict[str, Hit] = {}
        for data in self._tables(table, filters.user, None):
            narrowed = narrow(data, filters)
            scores = unit_rows(matrix(narrowed, table)) @ unit
            top = np.argsort(-scores, kind="stable")[:limit]
            top = top[np.isfinite(scores[top])]  # a damaged vector answers nothing
            for place, row in zip(top, narrowed.select(KEPT).take(top).to_pylist(), strict=True):
                own = msgspec.json.decode(row.pop("metadata"))
                hit = Hit(row.pop("id"), float(scores[place]), row | own)
                # by id: a file that is replaced while we read shows its rows twice
                best[hit.id] = hit
            ranked = sorted(best.values(), key=lambda hit: (-hit.score, hit.id))[:limit]
            best = {hit.id: hit for hit in ranked}
        return list(best.values())

    def purge(self, table: StoreTable) -> bool:
        """Files are replaced whole: nothing is left in them."""
        return True

    def tables(self) -> list[str]:
        """Names of the tables that hold files."""
        names = set()
        for path, _ in self._entries(""):
            space = layout.partition_value(path, "space")
            kind = layout.partition_value(path, "kind")
            if space and kind:
                names.add(f"{space}__{kind}")
        return sorted(names)

    def drop(self, name: str) -> None:
        """Remove a table's files."""
        slug, _, kind = name.rpartition("__")
        with _answering():
            self._files.delete_prefix(layout.publication(slug, kind))
            if not self._list(layout.publication(slug)):
                self._files.delete_prefix(layout.publication(slug))

    def check(self) -> str:
        """Write, read and delete a small file."""
        with _answering():
            self._files.put(".check", b"ok")
            self._files.get(".check")
            self._files.delete([".check"])
        return f"Parquet at {self._files.url}"

    def close(self) -> None:
        """Nothing is held open."""

    def _public(self) -> bool:
        if self._is_public is None:
            with _answering():
                self._is_public = is_public(self._files, self._settings)
        return self._is_public

    def _replace(
        self, table: StoreTable, user: str, fresh: Iterator[pa.Table], gone: Sequence[str]
    ) -> None:
        """Write fresh rows and what is left of the old files, then delete those.

        A full file that loses no row stays as it is, and at most one file is not full. `gone`
        is read after `fresh` has ended.
        """
        old = self._list(self._folder(table, user))
        stay = set()

        def rows() -> Iterator[pa.Table]:
            yield from fresh
            ids = pa.array(gone, pa.string())
            for path in old:
                data = self._get(path, None).cast(schema_of(table))
                left = data.filter(pc.invert(pc.is_in(data["id"], ids)))
                if left.num_rows == data.num_rows == ROWS_PER_FILE:
                    stay.add(path)
                else:
                    yield left

        for part in regrouped(rows(), ROWS_PER_FILE):
            data = parquet_bytes(part.sort_by("id"), {"space": table.space.slug})
            name = f"{hashlib.sha256(data).hexdigest()[:16]}-{part.num_rows}.parquet"
            path = f"{self._folder(table, user)}/{name}"
            if path not in old:
                self._put(path, data)
            stay.add(path)
        with _answering():
            self._files.delete(sorted(set(old) - stay))

    def _read(self, table: StoreTable, user: str, columns: list[str] | None = None) -> pa.Table:
        schema = schema_of(table)
        empty = schema.empty_table().select(columns or schema.names)
        for _ in range(READ_ATTEMPTS):
            try:
                found = [self._get(path, columns) for path in self._list(self._folder(table, user))]
            except FileNotFoundError:  # a writer replaced it in between: begin again
                continue
            return pa.concat_tables([empty, *(data.cast(empty.schema) for data in found)])
        raise StoreUnavailable("its files change all the time", where=f"s3, {table.name}, {user}")

    def _tables(
        self, table: StoreTable, user: str | None, columns: list[str] | None
    ) -> Iterator[pa.Table]:
        """Files of a user or of all; lists again when a writer replaced one in between."""
        done: set[str] = set()
        for _ in range(READ_ATTEMPTS):
            try:
                for path in self._list(self._folder(table, user)):
                    if path not in done:
                        data = self._get(path, columns)
                        done.add(path)
                        yield data
            except FileNotFoundError:
                continue
            return
        raise StoreUnavailable("its files change all the time", where=f"s3, {table.name}")

    def _folder(self, table: StoreTable, user: str | None) -> str:
        return layout.publication(table.space.slug, table.kind.name, user)

    def _get(self, path: str, columns: list[str] | None) -> pa.Table:
        with _answering():
            return parse_parquet(path, self._files.get(path), columns)

    def _manifest(self, path: str) -> dict[str, Any] | None:
        """What a manifest says, whenever it was written; None without one."""
        try:
            with _answering():
                present: dict[str, Any] = msgspec.json.decode(self._files.get(path))
        except (FileNotFoundError, msgspec.DecodeError):
            return None
        present.pop("written_at", None)
        return present

    def _list(self, folder: str) -> list[str]:
        return [path for path, _ in self._entries(folder) if path.endswith(".parquet")]

    def _entries(self, folder: str) -> list[tuple[str, int]]:
        with _answering():
            return [(entry.path, entry.size) for entry in self._files.list(folder)]

    def _put(self, path: str, data: bytes) -> None:
        with _answering():
            self._files.put(path, data)


@contextmanager
def _answering() -> Iterator[None]:
    """The storage's errors as those of a store."""
    try:
        yield
    except LakeUnavailable as error:
        raise StoreUnavailable(error.what, where=error.where, remedy=error.remedy) from error
