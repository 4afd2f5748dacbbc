"""Vector files in Parquet and NumPy's .npy, read in blocks; nothing in them is unpickled."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tokenize import TokenError
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from embed_platform.embedding.engine import Matrix
from embed_platform.embedding.importing.records import (
    BARE,
    ID_NAMES,
    NO_NUMBERS,
    ROWS_PER_BLOCK,
    TEXT_NAMES,
    VECTOR_NAMES,
    Records,
    identifiers,
    made_by_import,
    wrong_width,
)
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import BadArchive

_IDS = msgspec.json.Decoder(list[str | int])
_UNREADABLE = (OSError, ValueError, TypeError, SyntaxError, OverflowError, TokenError)
_AGAIN = "Fetch the file again; nothing was imported"


def parquet_records(path: Path, file: str, space: EmbeddingSpace) -> Iterator[Records]:
    """Records of a Parquet file; vectors in a column of lists of numbers of any width in bits.

    Raises:
        BadArchive: it cannot be read.
        SpaceMismatch: a vector of another length.
    """
    try:
        with pq.ParquetFile(path) as source:
            names = source.schema_arrow.names
            vector = next((name for name in VECTOR_NAMES if name in names), None)
            dtype = _numbers(source.schema_arrow.field(vector).type) if vector else None
            wanted = [n for n in (*ID_NAMES, *TEXT_NAMES, vector) if n in names]
            first = 1
            for batch in source.iter_batches(ROWS_PER_BLOCK, columns=wanted):
                column = batch[vector] if dtype else None
                yield _block(file, first, batch, column, dtype or "none", space)
                first += batch.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise BadArchive(
            f"the Parquet file cannot be read ({str(error).splitlines()[0][:100]})",
            where=file,
            remedy=_AGAIN,
        ) from error


def npy_records(path: Path, file: str, ids: Path, space: EmbeddingSpace) -> Iterator[Records]:
    """Rows of a matrix with the ids of another file.

    Raises:
        BadArchive: no matrix of numbers, or not as many ids as rows.
        SpaceMismatch: rows of another length.
    """
    matrix = _mapped(path, file)
    if matrix.ndim != 2 or matrix.dtype.kind not in "fiu":
        raise BadArchive(
            f"an array of {matrix.dtype} in shape {matrix.shape} is no matrix of vectors",
            where=file,
            remedy="Save one row of numbers per record",
        )
    names = read_ids(ids)
    if len(names) != len(matrix):
        raise BadArchive(
            f"{len(names):,} ids for {len(matrix):,} vectors",
            where=f"{ids}, {file}",
            remedy="--ids names one id per row, in the order of the rows",
        )
    if len(matrix) and matrix.shape[1] != space.dimension:
        raise wrong_width(file, 1, matrix.shape[1], space)
    maker = made_by_import("npy", matrix.dtype.name)
    for start in range(0, len(matrix), ROWS_PER_BLOCK):
        rows = matrix[start : start + ROWS_PER_BLOCK]
        numbers = list(range(start + 1, start + len(rows) + 1))
        keys = [identifiers([name]) for name in names[start : start + len(rows)]]
        nothing: list[str | None] = [None] * len(rows)
        yield Records(file, maker, numbers, keys, nothing, _float32(rows), {})


def read_ids(path: Path) -> list[str | int]:
    """Ids of a matrix's rows: a text file with one a line, a JSON list, or .npy.

    Raises:
        BadArchive: it is none of these.
    """
    try:
        if path.suffix.lower() == ".npy":
            found = _mapped(path, str(path))
            if found.ndim != 1 or found.dtype.kind not in "USiu":
                raise ValueError(f"{found.dtype} in shape {found.shape}")
            return list((np.char.decode(found) if found.dtype.kind == "S" else found).tolist())
        data = path.read_bytes()
        if path.suffix.lower() == ".json":
            return _IDS.decode(data)
        return [line.strip() for line in data.decode("utf-8-sig").rstrip().split("\n")]
    except (OSError, ValueError, RecursionError) as error:
        raise BadArchive(
            f"no list of ids ({str(error).splitlines()[0][:100]})",
            where=str(path),
            remedy="--ids takes .txt with one id a line, .json with a list, or .npy of strings",
        ) from error


def _mapped(path: Path, file: str) -> np.ndarray[Any, Any]:
    """An array whose bytes stay in the file until they are looked at."""
    try:
        return np.lib.format.open_memmap(path, mode="r")
    except _UNREADABLE as error:
        raise BadArchive(
            f"no array can be read ({str(error).splitlines()[0][:100]})", where=file, remedy=_AGAIN
        ) from error


def _numbers(kind: Any) -> str | None:
    """NumPy's name of a list column's numbers; None where it has none."""
    lists = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    if not any(is_list(kind) for is_list in lists):
        return None
    inner = kind.value_type
    if pa.types.is_floating(inner) or pa.types.is_integer(inner):
        return str(np.dtype(inner.to_pandas_dtype()).name)
    return None


def _block(
    file: str, first: int, batch: Any, column: Any, dtype: str, space: EmbeddingSpace
) -> Records:
    rows = batch.num_rows
    given = [batch[name].to_pylist() for name in ID_NAMES if name in batch.schema.names]
    texts = [batch[name].to_pylist() for name in TEXT_NAMES if name in batch.schema.names]
    vectors = np.zeros((rows, space.dimension), np.float32)
    unusable = dict.fromkeys(range(rows), BARE)
    if column is not None:
        lengths = pc.fill_null(pc.list_value_length(column), 0).to_numpy(zero_copy_only=False)
        held = np.flatnonzero(lengths)
        odd = held[lengths[held] != space.dimension]
        if len(odd):
            raise wrong_width(file, first + int(odd[0]), int(lengths[odd[0]]), space)
        flat = column.take(pa.array(held)).flatten().to_numpy(zero_copy_only=False)
        vectors[held] = _float32(flat.reshape(len(held), space.dimension))
        unusable = dict.fromkeys(np.flatnonzero(lengths == 0).tolist(), NO_NUMBERS)
    return Records(
        file,
        made_by_import("parquet", dtype),
        list(range(first, first + rows)),
        [identifiers(row) for row in zip(*given, strict=True)] if given else [()] * rows,
        [_text(row) for row in zip(*texts, strict=True)] if texts else [None] * rows,
        vectors,
        unusable,
    )


def _text(values: tuple[object, ...]) -> str | None:
    return next((value for value in values if isinstance(value, str) and value), None)


def _float32(values: np.ndarray[Any, Any]) -> Matrix:
    with np.errstate(over="ignore"):  # becomes infinite and is set aside
        return np.ascontiguousarray(values, dtype=np.float32)
