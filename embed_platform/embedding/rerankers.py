"""Rerankers: the models that can be used, what may be asked of them, and what they may answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from embed_platform.embedding.registry import named_folder
from embed_platform.embedding.registry_files import read_registry_file
from embed_platform.errors import BadRequest, MachineUnavailable, SettingsError
from embed_platform.settings import Settings

# No model reads more of a question than a few hundred tokens, and each passage is read beside it.
MOST_QUERY_CHARS = 32_768
# Passages of one call: some fifteen times what is usual, and seconds of work for a GPU.
MOST_DOCUMENTS = 4096
# A commit of the hub in full: a branch's name may mean other code tomorrow.
_COMMIT_DIGITS = 40


Scale = Literal["logit", "probability"]


class RerankerEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One reranker of the registry.

    Attributes:
        name: on the Hugging Face hub, or a folder.
        scale: what its scores are.
        revision: commit of the model; `main` where none is known.
        max_tokens: of query and passage together, after which it cuts.
        remote_code: whether it needs code that lies beside its weights.
        parameters: of the model; 0 where they are not known.
        aliases: other names under which people know it.
    """

    name: str
    scale: Scale = "probability"
    revision: str = "main"
    max_tokens: int = 512
    remote_code: bool = False
    parameters: int = 0
    aliases: tuple[str, ...] = ()


class Rerankers(msgspec.Struct, frozen=True):
    """All known rerankers by name, and which one is the default."""

    models: dict[str, RerankerEntry]
    default: str

    def get(self, name: str) -> RerankerEntry:
        """The reranker of that name, alias or folder; the default for an empty name.

        Raises:
            SettingsError: it is not known; lists those that are.
        """
        wanted = (name or self.default).lower()
        for entry in self.models.values():
            if wanted in (entry.name.lower(), *entry.aliases):
                return entry
        folder = named_folder(name)
        if folder is not None and (folder / "config.json").is_file():
            return RerankerEntry(str(folder.resolve()), revision="")
        raise SettingsError(
            f"no reranker is called {name!r}; known are {', '.join(self.models)}",
            remedy="rerankers.yaml in the home adds one; a folder with a model will do too",
        )


def load_rerankers(settings: Settings) -> Rerankers:
    """Read the product's rerankers and, over them, those of the home.

    Raises:
        SettingsError: a file or an entry is not as it should be.
    """
    own_file = settings.home / "rerankers.yaml"
    packaged = read_registry_file(Path(__file__).with_name("rerankers.yaml"), "rerankers")
    own = read_registry_file(own_file, "rerankers")
    raw = packaged["rerankers"] | {
        name: packaged["rerankers"].get(name, {}) | (entry or {})
        for name, entry in own.get("rerankers", {}).items()
    }
    models = {name: _entry(name, entry, own_file) for name, entry in raw.items()}
    default = own.get("default", packaged["default"])
    if default not in models:
        raise SettingsError(f"{default!r} is not among its rerankers", where=str(own_file))
    return Rerankers(models, default)


def may_run_its_code(entry: RerankerEntry, *, trusted: bool) -> bool:
    """Whether code that lies beside a model's weights is to be run.

    Raises:
        SettingsError: the model needs it, and nobody allowed it, or its commit is not pinned.
    """
    if not entry.remote_code:
        return False
    if not trusted:
        raise SettingsError(
            f"{entry.name} runs code of its own, which was not allowed",
            where="EMBED_RERANKER_ARGS",
            remedy='"trust_remote_code": true allows that of its pinned revision',
        )
    if len(entry.revision) != _COMMIT_DIGITS:
        raise SettingsError(
            f"{entry.name} runs code of its own, and its revision is no commit",
            where="rerankers.yaml",
            remedy="Pin `revision` to the 40 digits of a commit",
        )
    return True


def entry_text(entry: RerankerEntry) -> str:
    """An entry as one line, which `read_entry` reads; a container has no home to look it up in."""
    return msgspec.json.encode(entry).decode()


def read_entry(text: str) -> RerankerEntry:
    """The entry that `entry_text` wrote."""
    return msgspec.json.decode(text, type=RerankerEntry)


def check_request(query: str, documents: Sequence[str]) -> None:
    """Refuse what no reranker can make sense of, before anything is loaded or sent.

    Raises:
        BadRequest: the query is empty or longer than 32,768 characters, or there are more than
            4,096 documents.
    """
    check_query(query)
    if len(documents) > MOST_DOCUMENTS:
        raise BadRequest(
            f"{len(documents):,} passages to rerank; {MOST_DOCUMENTS:,} at most",
            remedy="Rerank the best of a search only",
        )


def scores_with_blanks(
    documents: Sequence[str], score: Callable[[list[str]], list[float]]
) -> list[float]:
    """Scores of documents of which some may be blank; these get the lowest that another has.

    Args:
        documents: in any order.
        score: gives the scores of those that say something; not called where none does.

    Returns:
        In the order of the documents; 0 for each where all are blank.
    """
    said = [place for place, text in enumerate(documents) if text.strip()]
    found = score([documents[place] for place in said]) if said else []
    scores = [min(found, default=0.0)] * len(documents)
    for place, value in zip(said, found, strict=True):
        scores[place] = value
    return scores


def check_query(query: str) -> None:
    """Refuse a question that is none.

    Raises:
        BadRequest: it is empty, no valid text, or longer than 32,768 characters.
    """
    if not query.strip():
        raise BadRequest("the query is empty")
    if len(query) > MOST_QUERY_CHARS:
        raise BadRequest(
            f"the query has {len(query):,} characters; {MOST_QUERY_CHARS:,} at most",
            remedy="Ask for what matters in a sentence or two",
        )
    if "\0" in query or any("\ud800" <= letter <= "\udfff" for letter in query):
        raise BadRequest("the query is no valid text", remedy="Write it in UTF-8")


def checked_scores(answer: object, count: int, where: str) -> list[float]:
    """An answer of a reranker as the scores of `count` documents.

    Raises:
        MachineUnavailable: it is no list of numbers, has another length, or one is not finite.
    """
    problem = scores_problem(answer, count)
    if problem:
        raise MachineUnavailable(f"the reranker fails ({problem})", where=where)
    assert isinstance(answer, Sequence)
    return [float(score) for score in answer]


def scores_problem(answer: object, count: int) -> str:
    """What is wrong with scores of `count` documents; empty when nothing is."""
    if not isinstance(answer, (list, tuple)):
        return f"{type(answer).__name__} came instead of a list of scores"
    if len(answer) != count:
        return f"{len(answer)} scores came for {count} passages"
    for index, score in enumerate(answer):
        if isinstance(score, bool) or not isinstance(score, (int, float)):
            return f"the score of passage {index + 1} is no number"
        if not math.isfinite(score):
            return f"the score of passage {index + 1} is {score}"
    return ""


def _entry(name: str, raw: dict[str, Any], file: Path) -> RerankerEntry:
    try:
        return msgspec.convert({"name": name, **raw}, RerankerEntry)
    except (msgspec.ValidationError, TypeError) as error:
        raise SettingsError(f"{name}: {error}", where=str(file)) from None
