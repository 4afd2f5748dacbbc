from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from PIL import Image

from embed_platform.corpus.build import build_documents
from embed_platform.corpus.documents import read_documents
from embed_platform.corpus.pages import page_image_path
from embed_platform.errors import (
    BadArchive,
    EmbedError,
    ErasedUser,
    SettingsError,
    TooManyDeadLetters,
)
from embed_platform.lake import layout
from embed_platform.lake.dead_letters import read_dead_letters
from embed_platform.lake.lake import Lake, open_lake
from embed_platform.lake.suppressions import suppress
from embed_platform.settings import Settings
from embed_platform.sources.inbox import scan_inbox
from embed_platform.sources.intake import Choices, handovers, take_in
from embed_platform.sources.pages.ingest import REFUSED, ingest
from embed_platform.sources.pages.publish import STEP, publish_raw_pages
from embed_platform.sources.records import is_stale, list_archives, remove_archive
from embed_platform.upkeep.accounting import corpus_steps
from embed_platform_tests.sources.pages.made import pdf, picture, save


def renderings(lake: Lake, user: str = "me") -> list[str]:
    return [entry.path for entry in lake.storage.list(layout.pages(user))]


def test_files_of_a_user_add_up_and_the_same_file_twice_is_one(lake: Lake, tmp_path: Path) -> None:
    first = save(tmp_path / "a.pdf", pdf(["one", "two"]))
    again = save(tmp_path / "copy of a.pdf", first.read_bytes())
    photo = save(tmp_path / "b.png", picture())
    done = [ingest(lake, path, "Me") for path in (first, again, photo)]
    assert [(one.user, one.is_new, one.records) for one in done] == [
        ("me", True, 2),
        ("me", False, 2),
        ("me", True, 1),
    ]
    assert done[0].archive_id == done[1].archive_id
    assert is_stale(lake, "me")
    parsed = publish_raw_pages(lake, "me")
    assert (parsed.rows, parsed.rendered, parsed.changed) == (3, 3, True)
    assert not is_stale(lake, "me")
    assert len(renderings(lake)) == 3


def test_a_second_run_opens_no_file_and_a_new_file_is_rendered_alone(
    lake: Lake, tmp_path: Path
) -> None:
    ingest(lake, save(tmp_path / "a.pdf", pdf(["one", "two"])), "me")
    publish_raw_pages(lake, "me")
    # nobody can open it any more, and nobody tries
    (member,) = list_archives(lake, "me")[0].members
    lake.storage.put(layout.members("me", member.sha256), b"gone bad")
    again = publish_raw_pages(lake, "me")
    assert (again.rows, again.rendered, again.changed) == (2, 0, False)
    ingest(lake, save(tmp_path / "b.pdf", pdf(["three"])), "me")
    more = publish_raw_pages(lake, "me")
    assert (more.rows, more.rendered, more.changed) == (3, 1, True)


def test_a_page_becomes_a_document_whose_hash_is_its_image_s(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, save(tmp_path / "a.pdf", pdf(["words", "words", "other words"])), "me")
    publish_raw_pages(lake, "me")
    assert build_documents(lake, "me").rows == {"page_image": 3}
    rows = sorted(read_documents(lake, "me", "page_image").to_pylist(), key=lambda r: r["metadata"])
    by_page = {}
    for row in rows:
        metadata = msgspec.json.decode(row["metadata"])
        by_page[metadata["page"]] = row
        assert metadata["file"] == "a.pdf" and metadata["pages"] == 3
        assert lake.storage.get(page_image_path("me", metadata)).startswith(b"\x89PNG")
    assert by_page[1]["text"] == "words" and by_page[1]["created_at"].year == 2024
    # equal pages are embedded once, and are two documents
    assert by_page[1]["text_hash"] == by_page[2]["text_hash"] != by_page[3]["text_hash"]
    assert len({row["id"] for row in rows}) == len({row["row_hash"] for row in rows}) == 3
    assert not build_documents(lake, "me").changed


def test_another_resolution_renders_anew_and_leaves_nothing_of_the_old(
    lake: Lake, tmp_path: Path
) -> None:
    ingest(lake, save(tmp_path / "a.pdf", pdf(["x"])), "me")
    publish_raw_pages(lake, "me")
    finer = open_lake(Settings(home=lake.settings.home, page_dpi=200, _env_file=None))  # type: ignore[call-arg]
    assert publish_raw_pages(finer, "me").rendered == 1
    (path,) = renderings(lake)
    assert "/dpi=200/" in path


def test_a_killed_run_goes_on_from_its_renderings(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, save(tmp_path / "a.pdf", pdf(["one", "two", "three"])), "me")
    publish_raw_pages(lake, "me")
    lake.storage.delete_prefix(layout.records("me", "pages"))
    lake.storage.delete(renderings(lake)[2:])
    again = publish_raw_pages(lake, "me")
    assert (again.rows, again.rendered) == (3, 1)


def test_a_removed_file_takes_its_pages_with_it(lake: Lake, tmp_path: Path) -> None:
    first = ingest(lake, save(tmp_path / "a.pdf", pdf(["one"])), "me")
    ingest(lake, save(tmp_path / "b.pdf", pdf(["two"])), "me")
    publish_raw_pages(lake, "me")
    remove_archive(lake, "me", first.archive_id)
    assert publish_raw_pages(lake, "me").rows == 1
    assert len(renderings(lake)) == 1
    remove_archive(lake, "me", list_archives(lake, "me")[0].archive_id)
    assert publish_raw_pages(lake, "me").rows == 0
    assert not renderings(lake)


def test_a_refused_file_is_a_dead_letter_until_a_good_one_of_its_name_comes(
    lake: Lake, tmp_path: Path
) -> None:
    path = save(tmp_path / "a.pdf", pdf(["x"], encrypted=True))
    for _ in range(2):
        with pytest.raises(BadArchive, match="encrypted with a password"):
            ingest(lake, path, "me")
    (letter,) = read_dead_letters(lake.storage, "me")[REFUSED]
    assert (letter.where, letter.reason) == ("a.pdf", "the PDF is encrypted with a password")
    assert not list_archives(lake, "me") and not lake.storage.list(layout.members("me"))
    ingest(lake, save(path, pdf(["x"])), "me")
    assert REFUSED not in read_dead_letters(lake.storage, "me")


def test_a_pdf_with_too_many_unusable_pages_is_refused_and_one_of_many_is_set_aside(
    tmp_path: Path,
) -> None:
    bomb = Image.new("1", (3000, 400))
    path, many = tmp_path / "a.pdf", tmp_path / "b.pdf"
    picture().save(path, save_all=True, append_images=[bomb])
    picture().save(many, save_all=True, append_images=[picture()] * 3 + [bomb])
    settings = Settings(
        home=tmp_path / "home", page_max_pixels=10**6, dead_letter_limit=0.25, _env_file=None
    )  # type: ignore[call-arg]
    lake = open_lake(settings)
    with pytest.raises(TooManyDeadLetters, match="page 2: an image of it has 3,000 x 400"):
        ingest(lake, path, "me")
    assert ingest(lake, many, "me").dead_letters == 1
    parsed = publish_raw_pages(lake, "me")
    assert (parsed.rows, parsed.dead_letters) == (4, 1)
    (letter,) = read_dead_letters(lake.storage, "me")[STEP]
    assert letter.where.startswith("b.pdf (") and letter.where.endswith("page 5")
    build_documents(lake, "me")
    steps = list(corpus_steps(lake, "me"))
    assert [(step.name, step.count) for step in steps] == [
        ("pages rendered", 4),
        ("pages as documents", 4),
    ]
    assert all(step.adds_up for step in steps) and steps[0].explained == {"set aside": 1}


def test_without_a_user_it_says_what_to_do(lake: Lake, tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", picture())
    with pytest.raises(SettingsError, match="Pass --user NAME"):
        ingest(lake, path)


def test_somebody_erased_stays_out(lake: Lake, tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", picture())
    suppress(lake.storage, "me")
    with pytest.raises(ErasedUser):
        ingest(lake, path, "me")
    assert ingest(lake, path, "me", restore=True).is_new
    suppress(lake.storage, "me")
    with pytest.raises(ErasedUser):
        publish_raw_pages(lake, "me")
    assert not renderings(lake)


def test_of_many_files_the_good_ones_are_taken_in(lake: Lake, tmp_path: Path) -> None:
    folder = tmp_path / "scans"
    folder.mkdir()
    save(folder / "a.pdf", pdf(["x"]))
    save(folder / "b.png", b"no image")
    save(folder / "c.jpg", picture())
    (given,) = handovers(lake, [folder])
    outcomes = list(take_in(lake, given, Choices("me")))
    assert [isinstance(one, EmbedError) for one in outcomes] == [False, True, False]


def test_the_pictures_of_an_archive_of_tweets_are_left_alone(lake: Lake, tmp_path: Path) -> None:
    data = tmp_path / "twitter" / "data"
    data.mkdir(parents=True)
    (data / "tweets.js").write_text("window.YTD.tweets.part0 = []")
    save(data.parent / "logo.png", picture())
    assert [given.source for given in handovers(lake, [data.parent])] == ["twitter"]


def test_page_files_in_a_user_s_inbox_are_one_upload(lake: Lake, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "me").mkdir(parents=True)
    paths = [save(inbox / "me" / name, pdf([name])) for name in ("a.pdf", "b.pdf")]
    stranger = save(inbox / "c.png", picture())
    for path in (*paths, stranger):
        os.utime(path, (1e9, 1e9))
    drops = {drop.user: drop for drop in scan_inbox(lake, inbox, {}, limit=9)}
    assert drops["me"].source == "pages" and drops["me"].paths == tuple(map(str, paths))
    assert "does not say whose it is" in drops[""].problem
    seen = {path: drop.mark for drop in drops.values() for path in drop.paths}
    assert scan_inbox(lake, inbox, seen, limit=9) == []


def test_a_kept_file_that_is_gone_is_named(lake: Lake, tmp_path: Path) -> None:
    ingest(lake, save(tmp_path / "a.pdf", pdf(["x"])), "me")
    lake.storage.delete_prefix(layout.members("me"))
    with pytest.raises(BadArchive, match="a kept file is gone"):
        publish_raw_pages(lake, "me")
