"""The registry of rerankers, and what counts as scores."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from embed_platform.embedding.rerankers import (
    checked_scores,
    entry_text,
    load_rerankers,
    may_run_its_code,
    read_entry,
    scores_problem,
    scores_with_blanks,
)
from embed_platform.errors import MachineUnavailable, SettingsError
from embed_platform.settings import Settings


def home(folder: Path) -> Settings:
    return Settings(home=folder, _env_file=None)  # type: ignore[call-arg]


def test_the_products_rerankers_are_pinned_and_say_what_their_scores_are(tmp_path: Path) -> None:
    known = load_rerankers(home(tmp_path))
    scales = {entry.name: entry.scale for entry in known.models.values()}
    assert scales == {
        "cross-encoder/ms-marco-MiniLM-L6-v2": "logit",
        "mixedbread-ai/mxbai-rerank-large-v1": "probability",
        "jinaai/jina-reranker-v2-base-multilingual": "probability",
    }
    assert all(re.fullmatch("[0-9a-f]{40}", e.revision) for e in known.models.values())
    assert known.get("").name == "cross-encoder/ms-marco-MiniLM-L6-v2"
    assert known.get("Jina-Reranker-v2").remote_code
    for entry in known.models.values():
        assert read_entry(entry_text(entry)) == entry
        assert may_run_its_code(entry, trusted=True) == entry.remote_code


def test_the_homes_file_adds_and_changes_and_a_wrong_entry_is_named(tmp_path: Path) -> None:
    file = tmp_path / "rerankers.yaml"
    file.write_text(
        "default: mine/tuned\nrerankers:\n  mine/tuned: {scale: logit}\n"
        "  mixedbread-ai/mxbai-rerank-large-v1: {max_tokens: 256}\n"
    )
    known = load_rerankers(home(tmp_path))
    assert known.get("").scale == "logit" and known.get("mxbai-rerank-large").max_tokens == 256
    for text, says in (
        ("rerankers: {x: {scale: cosine}}", "x: Invalid enum value 'cosine'"),
        ("rerankers: {x: {colour: red}}", "x: Object contains unknown field `colour`"),
        ("rerankers: [x]", "expected `rerankers:`"),
        ("rerankers: {x: [", "no valid YAML"),
        ("default: nobody", "'nobody' is not among its rerankers"),
    ):
        file.write_text(text)
        with pytest.raises(SettingsError, match=says) as said:
            load_rerankers(home(tmp_path))
        assert str(file) in str(said.value)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_finite_numbers_one_for_each_are_scores(scores: list[float]) -> None:
    assert checked_scores(scores, len(scores), "x") == scores
    with pytest.raises(MachineUnavailable, match="scores came for"):
        checked_scores(scores, len(scores) + 1, "x")


@pytest.mark.parametrize("answer", [None, "0.5", {}, [True], ["1"], [float("inf")], [None], b"\0"])
def test_nothing_else_is(answer: object) -> None:
    assert scores_problem(answer, 1)


@given(st.lists(st.sampled_from(["", " \n", "bread", "a boat", "rain"])))
def test_blank_documents_get_the_lowest_score_and_are_not_read(documents: list[str]) -> None:
    def score(texts: list[str]) -> list[float]:
        assert texts and all(text.strip() for text in texts)
        return [len(text) - 5.0 for text in texts]

    said = [text for text in documents if text.strip()]
    lowest = min(score(said)) if said else 0.0
    expected = [len(text) - 5.0 if text.strip() else lowest for text in documents]
    assert scores_with_blanks(documents, score) == expected
