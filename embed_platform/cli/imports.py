"""import-vectors: vectors that were paid for elsewhere, taken in instead of embedding again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from embed_platform.cli.app import (
    AsJson,
    UserOption,
    app,
    console,
    emit,
    escape,
    open_home,
    problem,
    say,
)
from embed_platform.cli.choices import chosen_users
from embed_platform.embedding.importing.importer import Imported, import_vectors
from embed_platform.embedding.registry import load_registry

# So many users are named one by one.
NAMED = 3


@app.command("import-vectors")
def import_vectors_command(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="JSON, JSONL, Parquet or .npy files with ids or texts beside the vectors, or folders of them.",
        ),
    ],
    model: Annotated[
        str, typer.Option("--model", help="Model that made the vectors: name or alias.")
    ],
    user: UserOption = None,
    ids: Annotated[
        Path | None,
        typer.Option("--ids", help="Ids of a .npy file's rows: .txt, .json or .npy."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take in vectors that exist already, so that `run` embeds nothing of them again."""
    settings, lake = open_home()
    entry = load_registry(settings).get(model)
    users = chosen_users(lake, [user] if user else None)
    with console.status("looking at the documents") as shown:
        done = import_vectors(
            lake,
            entry.space,
            files,
            users,
            entry.kinds,
            ids=ids,
            on_file=lambda file: shown.update(f"reading {escape(file)}"),
        )
    if as_json:
        emit(_summary(done))
    else:
        for line in _lines(done):
            say(line)
    if not done.counts.matched:
        problem(_nothing(done, entry.name))
        raise typer.Exit(1)
    if done.missing:
        problem(
            f"{done.missing:,} text{'s' * (done.missing != 1)} left without a vector. "
            "`embed-platform dead-letters` says why; the next run embeds what is left"
        )
        raise typer.Exit(1)


def _summary(done: Imported) -> dict[str, Any]:
    counts = done.counts
    return {
        "imported": sum(done.taken.values()),
        "present": counts.present,
        "unmatched": counts.unmatched,
        "set_aside": counts.set_aside,
        "contradicting": counts.contradicting,
        "rescaled": counts.rescaled,
        "files": counts.files,
        "examples": counts.examples,
    }


def _lines(done: Imported) -> list[str]:
    """What was done, for a person."""
    counts = done.counts
    parts = [_taken(done.taken)]
    if counts.present:
        parts.append(f"{counts.present:,} present already")
    if counts.unmatched:
        more = ", …" if counts.unmatched > len(counts.examples) else ""
        verb = "matches" if counts.unmatched == 1 else "match"
        parts.append(f"{counts.unmatched:,} {verb} nothing ({', '.join(counts.examples)}{more})")
    if counts.set_aside:
        parts.append(f"{counts.set_aside:,} set aside")
    if counts.contradicting:
        parts.append(f"{counts.contradicting:,} contradict an earlier vector of their text")
    if counts.rescaled:
        parts.append(f"{counts.rescaled:,} brought to unit length")
    lines = [escape(", ".join(parts))]
    if counts.passed_over:
        more = ", …" if len(counts.passed_over) > NAMED else ""
        named = ", ".join(counts.passed_over[:NAMED])
        lines.append(escape(f"without vectors and passed over: {named}{more}"))
    if done.taken and not done.compared:
        lines.append(
            "There was nothing to compare them with: the next engine that embeds with this model "
            "is compared with them"
        )
    return lines


def _taken(taken: dict[str, int]) -> str:
    if not taken:
        return "0 vectors taken"
    if len(taken) > NAMED:
        return f"{sum(taken.values()):,} vectors taken for {len(taken):,} users"
    (first, count), *others = taken.items()
    rest = "".join(f", {count:,} for {user}" for user, count in others)
    return f"{count:,} vector{'s' * (count != 1)} taken for {first}{rest}"


def _nothing(done: Imported, model: str) -> str:
    """Why nothing matched, and what to do."""
    if not done.counts.records:
        return "the files hold no vectors. A record has one under `embedding`, `vector`, `embeddings` or `dense`"
    return (
        f"none of {done.counts.records:,} records belongs to a document of the lake. Run "
        f"`embed-platform run --model {model}` first so that the documents exist: they are made "
        "before anything is embedded, and need no engine"
    )
