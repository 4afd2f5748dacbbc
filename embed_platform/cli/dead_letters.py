"""dead-letters: records of any source that were set aside: listed, looked at, tried again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from embed_platform.cli.app import (
    AsJson,
    UserOption,
    app,
    console,
    emit,
    escape,
    one_line,
    open_home,
    output,
    problem,
    say,
)
from embed_platform.cli.choices import chosen_stores, chosen_users
from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.embedding.debts import clear_dead_letters, dead_step
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.errors import EmbedError, SettingsError
from embed_platform.lake.dead_letters import Filed, filed_letters, remove_letters
from embed_platform.lake.lake import Lake
from embed_platform.lake.layout import FEED_PREFIX
from embed_platform.upkeep.spaces import held_spaces

letters_app = typer.Typer(
    help="Records that were set aside, and why: list, show, replay.", invoke_without_command=True
)
app.add_typer(letters_app, name="dead-letters")
StepOption = Annotated[str | None, typer.Option("--step", help="Only those of this step.")]


@letters_app.callback()
def dead_letters(
    context: typer.Context,
    user: UserOption = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Let the next run try texts that no vector came of.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show records that were set aside, and why; records of an archive are tried at every run."""
    if context.invoked_subcommand is not None:
        return
    if not retry:
        list_letters(user, None, as_json)
        return
    _, lake = open_home()
    for name in chosen_users(lake, [user] if user else None):
        count = clear_dead_letters(lake, name)
        say(f"{name}: the next run tries {count} texts again.")


@letters_app.command("list")
def list_letters(user: UserOption = None, step: StepOption = None, as_json: AsJson = False) -> None:
    """List the letters of every source, with the ids that `show` and `replay` take."""
    _, lake = open_home()
    for filed in _chosen(lake, [], user, step):
        if as_json:
            emit(_shown(filed))
        else:
            output.print(
                f"{filed.id}  {filed.user} · {filed.step} · {escape(filed.letter.where)}: "
                f"{escape(one_line(filed.letter.reason))}",
                soft_wrap=True,
            )


@letters_app.command()
def show(
    letter: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")],
    as_json: AsJson = False,
) -> None:
    """Show one letter whole: the record itself, or the documents of a text that has no vector."""
    _, lake = open_home()
    (filed,) = _chosen(lake, [letter], None, None)
    found = _shown(filed) | {"raw": filed.letter.raw, "documents": _documents(lake, filed)}
    if as_json:
        emit(found)
        return
    for name, value in found.items():
        if value:
            output.print(f"[bold]{name}[/]  {escape(str(value))}", soft_wrap=True)


@letters_app.command()
def replay(
    letter: Annotated[
        list[str] | None, typer.Argument(help="Ids, or the beginnings of them; all without any.")
    ] = None,
    user: UserOption = None,
    step: StepOption = None,
    as_json: AsJson = False,
) -> None:
    """Try records again now: archives by a run of their users, feeds by asking for the items again."""
    settings, lake = open_home()
    chosen = _chosen(lake, letter or [], user, step)
    with console.status(f"trying {len(chosen)} records again"):
        rest = _replay_feeds(lake, chosen)
        problems = _run_again(lake, rest, chosen_stores(settings, None)) if rest else []
    for line in problems:
        problem(line)
    users = sorted({filed.user for filed in chosen})
    left = {_place(filed): filed for filed in filed_letters(lake.storage, users)}
    again = [left[_place(filed)] for filed in chosen if _place(filed) in left]
    if as_json:
        emit({"tried": len(chosen), "left": [_shown(filed) for filed in again]})
    else:
        say(f"{len(chosen)} records tried again, {len(chosen) - len(again)} came through.")
        for name, count in sorted(Counter(filed.step for filed in again).items()):
            say(
                f"  {count} of {name} are still set aside; `dead-letters list --step {name}` says why"
            )
    if again:
        raise typer.Exit(1)


def _replay_feeds(lake: Lake, chosen: Sequence[Filed]) -> list[Filed]:
    """Let feeds try their own letters again; returns the letters that are not theirs."""
    from embed_platform.live.checking import find_pipeline
    from embed_platform.live.feed import LETTERS
    from embed_platform.live.replay import is_of_feed
    from embed_platform.live.replay import replay as replay_feed

    rest = [filed for filed in chosen if not filed.user.startswith(FEED_PREFIX)]
    for user in sorted({filed.user for filed in chosen} - {filed.user for filed in rest}):
        of_user = [filed for filed in chosen if filed.user == user]
        try:
            pipeline = find_pipeline(lake, user)
            own = [filed for filed in of_user if is_of_feed(filed, pipeline, lake)]
            for line in replay_feed(lake, pipeline, own) if own else ():
                problem(line)
        except EmbedError as error:
            problem(f"{user}: {error}")
        else:
            rest += [filed for filed in of_user if filed not in own and filed.step != LETTERS]
    return rest


def _run_again(lake: Lake, chosen: Sequence[Filed], stores: Sequence[str]) -> list[str]:
    """Run the users of letters again; returns a line for each thing that failed."""
    from embed_platform.definitions import defs
    from embed_platform.defs.launch import launch

    # what was parsed from an archive is parsed anew by every run; texts are tried once only
    remove_letters(lake.storage, [f for f in chosen if f.step.startswith(dead_step(""))])
    users = sorted({filed.user for filed in chosen})
    return launch(defs, lake, users, _entries(lake, chosen), stores).errors


def _place(filed: Filed) -> tuple[str, str, str]:
    """What a letter is about; the reason may be another one the next time."""
    return filed.user, filed.step, filed.letter.where


def _chosen(lake: Lake, ids: Sequence[str], user: str | None, step: str | None) -> list[Filed]:
    """The letters of these ids, user and step.

    Raises:
        SettingsError: an id is of none, or of several; a user is unknown.
    """
    names = {user.lower()} if user else None
    found = [f for f in filed_letters(lake.storage, names) if step in (None, f.step)]
    if user and not found:
        chosen_users(lake, [user])
    if not ids:
        return found
    picked = {key: [filed for filed in found if filed.id.startswith(key)] for key in ids}
    for key, letters in picked.items():
        if len(letters) != 1:
            raise SettingsError(
                f"{key!r} names {len(letters)} dead letters",
                remedy="`embed-platform dead-letters list` shows their ids",
            )
    return [letters[0] for letters in picked.values()]


def _entries(lake: Lake, chosen: Sequence[Filed]) -> list[ModelEntry]:
    """The models that the records are tried with: those of the spaces that the lake holds."""
    held = {space.space.slug for space in held_spaces(lake)}
    registry = load_registry(lake.settings)
    found = [entry for entry in registry.models.values() if entry.space.slug in held]
    texts = {filed.step for filed in chosen if filed.step.startswith(dead_step(""))}
    only_texts = all(filed.step in texts for filed in chosen)
    return [entry for entry in found if not only_texts or dead_step(entry.space.slug) in texts]


def _shown(filed: Filed) -> dict[str, Any]:
    letter = filed.letter
    return {
        "id": filed.id,
        "user": filed.user,
        "step": filed.step,
        "where": letter.where,
        "reason": letter.reason,
    }


def _documents(lake: Lake, filed: Filed) -> list[str]:
    """Ids of the documents whose text a letter is about; none where it is about a record."""
    found = []
    for kind in document_kinds(lake, filed.user):
        table = read_documents(lake, filed.user, kind, ["id", "text_hash"])
        for row in table.to_pylist():
            if row["text_hash"] == filed.letter.where:
                found.append(row["id"])
    return found
