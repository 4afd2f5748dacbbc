"""Pages through the shard loop: each image once, committed as they come, a bad one set aside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from embed_platform.compute.local.page_images import PageImageEngine, load_page_model
from embed_platform.corpus.build import build_documents
from embed_platform.embedding.debts import UserResult, clear_dead_letters, dead_hashes
from embed_platform.embedding.embed import embed_pages, tidy
from embed_platform.embedding.engine import EmbeddedPages, PageEngine
from embed_platform.embedding.fleet import OneMachine, PageFleet
from embed_platform.embedding.multivectors import multivector_blocks
from embed_platform.embedding.page_modality import PageModality
from embed_platform.embedding.page_probe import admit_pages, mean_vector, probe_images
from embed_platform.embedding.probe import read_space_file
from embed_platform.embedding.space import EmbeddingSpace
from embed_platform.embedding.vectors import embedded_hashes
from embed_platform.errors import DamagedFile, MachineUnavailable, SpaceMismatch
from embed_platform.lake import layout
from embed_platform.lake.lake import Lake
from embed_platform.lake.suppressions import suppress
from embed_platform.settings import load_settings
from embed_platform.sources.pages.ingest import ingest
from embed_platform.sources.pages.publish import publish_raw_pages
from embed_platform.sources.records import remove_archive
from embed_platform_tests.compute.local import page_models
from embed_platform_tests.embedding.machines import SomeMachines
from embed_platform_tests.sources.pages.made import pdf, save

SPACE = EmbeddingSpace("pages", "r" * 40, 128, modality="image", multi_vector=True)
KINDS = ("page_image",)


class Counting:
    """An engine that says how many images it was asked for, and may refuse to go on."""

    def __init__(self, engine: PageEngine, most: int = 10**9) -> None:
        self._engine, self._most, self.asked = engine, most, 0
        self.provenance = engine.provenance

    def embed_images(self, images: Sequence[bytes]) -> EmbeddedPages:
        if tuple(images) != probe_images():
            self.asked += len(images)
        if self.asked > self._most:
            raise KeyboardInterrupt
        return self._engine.embed_images(images)

    def embed_questions(self, texts: Sequence[str]) -> list[np.ndarray]:
        return self._engine.embed_questions(texts)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> PageImageEngine:
    folder = page_models.colqwen2(tmp_path_factory.mktemp("models") / "m")
    home = tmp_path_factory.mktemp("home")
    return load_page_model(folder, load_settings(home=home, dtype="float32"))


def bring(lake: Lake, tmp_path: Path, user: str, name: str, texts: Sequence[str]) -> str:
    done = ingest(lake, save(tmp_path / name, pdf(texts, size=(60, 80))), user)
    publish_raw_pages(lake, user)
    build_documents(lake, user)
    return done.archive_id


def never() -> PageFleet:
    raise AssertionError("nothing was to be embedded")


def embed(lake: Lake, engine: PageEngine, *users: str) -> dict[str, UserResult]:
    results = embed_pages(lake, SPACE, users, KINDS, lambda: OneMachine(lambda: engine))
    assert all(isinstance(result, UserResult) for result in results.values())
    return results  # type: ignore[return-value]


def test_each_page_is_embedded_once_and_a_new_file_embeds_its_own(
    lake: Lake, tmp_path: Path, engine: PageImageEngine
) -> None:
    bring(lake, tmp_path, "me", "a.pdf", ["1", "2", "2"])
    counting = Counting(engine)
    first = embed(lake, counting, "me")["me"]
    assert (first.embedded, first.reused, counting.asked) == (2, 0, 2)
    assert first.tokens == sum(
        len(page) for _, pages in multivector_blocks(lake, SPACE, "me") for page in pages
    )
    again = embed_pages(lake, SPACE, ["me"], KINDS, never)["me"]
    assert isinstance(again, UserResult) and (again.embedded, again.reused) == (0, 2)
    bring(lake, tmp_path, "me", "b.pdf", ["2", "3", "4", "5"])
    more = embed(lake, counting, "me")["me"]
    assert (more.embedded, more.reused, counting.asked) == (3, 2, 5)


def test_a_killed_run_goes_on_where_it_stopped(
    lake: Lake, tmp_path: Path, engine: PageImageEngine
) -> None:
    bring(lake, tmp_path, "me", "a.pdf", [str(n) for n in range(40)])
    seen: list[tuple[int, int]] = []
    with pytest.raises(KeyboardInterrupt):
        embed_pages(
            lake,
            SPACE,
            ["me"],
            KINDS,
            lambda: OneMachine(lambda: Counting(engine, most=35)),
            on_progress=lambda state: seen.append((state.done, state.total)),
        )
    assert seen == [(32, 40)]
    counting = Counting(engine)
    assert embed(lake, counting, "me")["me"].reused == 32
    assert counting.asked == 8 and len(embedded_hashes(lake, SPACE.slug, "me")) == 40


def test_two_users_with_one_page_have_it_twice(
    lake: Lake, tmp_path: Path, engine: PageImageEngine
) -> None:
    for user in ("ann", "bob"):
        bring(lake, tmp_path, user, "a.pdf", ["1"])
    done = embed(lake, engine, "ann", "bob")
    assert [result.embedded for result in done.values()] == [1, 1]
    assert embedded_hashes(lake, SPACE.slug, "ann") == embedded_hashes(lake, SPACE.slug, "bob")


def test_an_image_that_cannot_be_embedded_is_set_aside_until_asked_for(
    lake: Lake, tmp_path: Path, engine: PageImageEngine
) -> None:
    bring(lake, tmp_path, "me", "a.pdf", ["1", "2"])
    path = lake.storage.list(layout.pages("me"))[0].path
    whole = lake.storage.get(path)
    lake.storage.put(path, b"no image")
    assert embed(lake, engine, "me")["me"].dead_letters == 1
    assert len(dead_hashes(lake, SPACE.slug, "me")) == 1
    again = embed_pages(lake, SPACE, ["me"], KINDS, never)["me"]
    assert isinstance(again, UserResult) and again.dead_letters == 1
    lake.storage.put(path, whole)
    assert clear_dead_letters(lake, "me") == 1
    assert embed(lake, engine, "me")["me"].embedded == 1


def test_an_image_that_is_gone_stops_its_user_alone_and_is_rendered_anew(
    lake: Lake, tmp_path: Path, engine: PageImageEngine
) -> None:
    for user in ("ann", "bob"):
        bring(lake, tmp_path, user, "a.pdf", ["1"])
    lake.storage.delete_prefix(layout.pages("ann"))
    done = embed_pages(lake, SPACE, ["ann", "bob"], KINDS, lambda: OneMachine(lambda: engine))
    assert isinstance(done["ann"], DamagedFile) and "rendered anew" in str(done["ann"])
    assert isinstance(done["bob"], UserResult) and done["bob"].embedded == 1
    assert publish_raw_pages(lake, "ann").rendered == 1
    assert embed(lake, engine, "ann")["ann"].embedded == 1


def test_of_somebody_forgotten_meanwhile_nothing_is_kept(
    lake: Lake, tmp_path: Path, engine: PageImageEngine
) -> None:
    bring(lake, tmp_path, "me", "a.pdf", ["1"])
    suppress(lake.storage, "me")
    assert embed(lake, engine, "me")["me"].embedded == 0
    assert not lake.storage.list(layout.vectors(SPACE.slug, "me"))


def test_vectors_of_a_file_that_went_go_at_the_next_tidying(
    lake: Lake, tmp_path: Path, engine: PageImageEngine
) -> None:
    gone = bring(lake, tmp_path, "me", "a.pdf", ["1", "2"])
    bring(lake, tmp_path, "me", "b.pdf", ["3"])
    embed(lake, engine, "me")
    remove_archive(lake, "me", gone)
    publish_raw_pages(lake, "me")
    build_documents(lake, "me")
    assert tidy(lake, SPACE, "me", KINDS)
    assert len(embedded_hashes(lake, SPACE.slug, "me")) == 1


def test_the_space_remembers_its_probes_and_refuses_another_model(
    lake: Lake, engine: PageImageEngine, tmp_path: Path
) -> None:
    admit_pages(lake, SPACE, engine, KINDS)
    admit_pages(lake, SPACE, engine, KINDS)
    known = read_space_file(lake, SPACE.slug)
    assert known is not None and known.modality == "image" and len(known.probes) == 5
    other = load_page_model(
        page_models.colqwen2(tmp_path / "m", "2"), load_settings(home=tmp_path, dtype="float32")
    )
    with pytest.raises(SpaceMismatch, match="disagrees with the space on its probes"):
        admit_pages(lake, SPACE, other, KINDS)
    narrow = EmbeddingSpace("pages", "r" * 40, 64, modality="image", multi_vector=True)
    with pytest.raises(SpaceMismatch, match="gives 128 dimensions, the space has 64"):
        admit_pages(lake, narrow, engine, KINDS)


def test_the_mean_of_a_page_is_a_unit_vector() -> None:
    page = np.array([[3, 0], [0, 4]], np.float16)
    assert np.allclose(mean_vector(page), [0.6, 0.8])


def test_pages_without_usable_vectors_become_failures(lake: Lake) -> None:
    space = EmbeddingSpace("m", "r", 4, modality="image", multi_vector=True)
    modality = PageModality(lake, space, KINDS)
    page, zero = np.ones((1, 4), np.float16), np.zeros((2, 4), np.float16)
    spoilt = np.full((1, 4), np.nan, np.float16)
    found = modality.usable(EmbeddedPages([page, spoilt, zero, page[:0]]), 4)
    assert set(found.failed) == {1, 2, 3}
    for wrong in (EmbeddedPages([page]), EmbeddedPages([page[:, :2]] * 2)):
        with pytest.raises(SpaceMismatch, match="for 2 images"):
            modality.usable(wrong, 2)


def test_what_a_lost_machine_had_is_embedded_by_another(
    lake: Lake, tmp_path: Path, engine: PageImageEngine
) -> None:
    bring(lake, tmp_path, "me", "a.pdf", [str(n) for n in range(70)])

    class Gone(Counting):
        def embed_images(self, images: Sequence[bytes]) -> EmbeddedPages:
            if tuple(images) != probe_images():
                raise MachineUnavailable("it was taken away", where="here")
            return super().embed_images(images)

    lost, sound = Gone(engine), Counting(engine)
    fleet = SomeMachines([lost, sound])  # type: ignore[list-item]
    (done,) = embed_pages(lake, SPACE, ["me"], KINDS, lambda: fleet).values()  # type: ignore[arg-type,return-value]
    assert isinstance(done, UserResult) and (done.embedded, sound.asked) == (70, 70)
    assert fleet.gone == [("machine-0", "here: it was taken away")]
    assert len(embedded_hashes(lake, SPACE.slug, "me")) == 70


def test_a_page_of_two_users_is_asked_for_once_and_kept_for_both(
    lake: Lake, tmp_path: Path, engine: PageImageEngine
) -> None:
    for user in ("ann", "bob"):
        bring(lake, tmp_path, user, "a.pdf", ["1", "2"])
    counting = Counting(engine)
    done = embed(lake, counting, "ann", "bob")
    assert counting.asked == 2 and [one.embedded for one in done.values()] == [2, 2]
