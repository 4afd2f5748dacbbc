"""Which files hold vectors, and their records whatever the format."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from embed_platform.embedding.importing.arrays import npy_records, parquet_records
from embed_platform.embedding.importing.jsons import json_records, jsonl_records
from embed_platform.embedding.importing.records import Records
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.errors import BadArchive, SettingsError

SUFFIXES = (".json", ".jsonl", ".ndjson", ".parquet", ".npy")


def find_files(paths: Sequence[Path], ids: Path | None = None) -> list[Path]:
    """The vector files at some paths, those below a folder sorted, each once.

    Args:
        paths: files and folders.
        ids: file of the ids of a matrix; it is no file of vectors itself.

    Raises:
        BadArchive: a file is not there, has another format, or is a link; a folder has none.
        SettingsError: a matrix has no ids, or several share them.
    """
    found = [file for path in paths for file in (_below(path) if path.is_dir() else [_one(path)])]
    other = None if ids is None else ids.resolve()
    files = list({file.resolve(): file for file in found if file.resolve() != other}.values())
    matrices = [file for file in files if file.suffix.lower() == ".npy"]
    if matrices and ids is None:
        raise SettingsError(
            "a matrix has no ids of its own",
            where=str(matrices[0]),
            remedy="Name its ids with --ids FILE (.txt, .json or .npy), one matrix at a time",
        )
    if ids is not None and len(matrices) != 1:
        raise SettingsError(
            f"the ids are of one .npy file, but there are {len(matrices)}",
            where="--ids",
            remedy="Import one matrix at a time",
        )
    return files


def read_records(path: Path, space: EmbeddingSpace, ids: Path | None = None) -> Iterator[Records]:
    """Blocks of records of one file, in their order; empty blocks may come.

    Raises:
        BadArchive: the file is damaged; names it and the record.
        SpaceMismatch: a vector has another length than the space's.
    """
    file = str(path)
    suffix = path.suffix.lower()
    try:
        if suffix == ".json":
            yield from json_records(path, file, space)
        elif suffix == ".parquet":
            yield from parquet_records(path, file, space)
        elif suffix == ".npy" and ids is not None:
            yield from npy_records(path, file, ids, space)
        else:
            yield from jsonl_records(path, file, space)
    except OSError as error:
        raise BadArchive(
            f"the file cannot be read ({error.strerror or error})",
            where=file,
            remedy="Check that you may read it; nothing was imported",
        ) from error


def _one(path: Path) -> Path:
    if not path.exists():
        raise BadArchive("there is no such file", where=str(path), remedy="Check the path")
    if path.suffix.lower() not in SUFFIXES:
        raise BadArchive(
            "no format of vectors that is known",
            where=str(path),
            remedy=f"Name a folder, or a file ending in {', '.join(SUFFIXES)}",
        )
    return path


def _below(folder: Path) -> list[Path]:
    files = []
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if hidden or path.suffix.lower() not in SUFFIXES or path.is_dir():
            continue
        if not stat.S_ISREG(path.lstat().st_mode):
            raise BadArchive(
                "a symbolic link or special file is not read",
                where=str(path),
                remedy="Put the file itself there",
            )
        files.append(path)
    if not files:
        raise BadArchive(
            "no file of vectors lies below this folder",
            where=str(folder),
            remedy=f"Such files end in {', '.join(SUFFIXES)}",
        )
    return files
