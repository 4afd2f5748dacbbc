"""The road through the lake: texts as a Parquet file there, vectors back as another, by signed addresses.

The container gets an address for each file, no key: it can read the one and write the other.
"""

from __future__ import annotations

import io
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from embed_platform.compute.modal.payload import Vectors
from embed_platform.errors import TransientError

ATTEMPTS = 3
SECONDS = 120.0


def texts_file(texts: Sequence[str]) -> bytes:
    """Texts as a Parquet file, in their order."""
    return _written(pa.table({"text": pa.array(texts, pa.string())}))


def vectors_file(vectors: Vectors) -> bytes:
    """Vectors as a Parquet file, in the order of the texts."""
    numbers = pa.array(np.frombuffer(vectors.numbers, "<f4"))
    return _written(
        pa.table(
            {
                "vector": pa.FixedSizeListArray.from_arrays(numbers, vectors.dimension),
                "tokens": pa.array(np.frombuffer(vectors.tokens, "<i8")),
                "truncated": pa.array(np.frombuffer(vectors.truncated, np.uint8)),
                "failed": pa.array(
                    [vectors.failed.get(i) for i in range(vectors.rows)], pa.string()
                ),
            }
        )
    )


def read_vectors_file(data: bytes) -> Vectors:
    """The vectors of such a file.

    Raises:
        TransientError: it is not one, or only a part of one.
    """
    try:
        table = pq.read_table(io.BytesIO(data))
        numbers = [
            chunk.flatten().to_numpy(zero_copy_only=False) for chunk in table["vector"].chunks
        ]
        failed = table["failed"].to_pylist()
        return Vectors(
            rows=table.num_rows,
            dimension=table["vector"].type.list_size,
            dtype="float32",
            numbers=b"".join(part.astype("<f4").tobytes() for part in numbers),
            tokens=table["tokens"].to_numpy().astype("<i8").tobytes(),
            truncated=table["truncated"].to_numpy().astype(np.uint8).tobytes(),
            failed={i: reason for i, reason in enumerate(failed) if reason is not None},
        )
    except (pa.ArrowException, KeyError, AttributeError, OSError) as error:
        raise TransientError(
            f"no readable result lies in the lake ({type(error).__name__})"
        ) from error


def fetch_texts(address: str) -> list[str]:
    """The texts of a file at a signed address.

    Raises:
        TransientError: it cannot be read.
    """
    data = _request("GET", address, None)
    return list(pq.read_table(io.BytesIO(data))["text"].to_pylist())


def put_vectors(address: str, vectors: Vectors) -> None:
    """Write a result to a signed address.

    Raises:
        TransientError: it cannot be written.
    """
    _request("PUT", address, vectors_file(vectors))


def _request(method: str, address: str, data: bytes | None) -> bytes:
    """One request; what it raises does not show the address, which is as good as a key."""
    reason = ""
    for attempt in range(1, ATTEMPTS + 1):
        request = urllib.request.Request(address, data=data, method=method)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
                return bytes(response.read())
        except urllib.error.HTTPError as error:
            reason = f"HTTP {error.code}"
            if error.code in (401, 403, 404):
                break
        except OSError as error:
            reason = type(error).__name__
        time.sleep(0.5 * attempt)
    raise TransientError(f"the lake's store does not take {method} from the container ({reason})")


def _written(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()
