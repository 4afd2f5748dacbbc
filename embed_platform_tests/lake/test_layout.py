"""Names in the lake: what may be a user, and what a path says again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.errors import SettingsError
from embed_platform.lake import layout


@pytest.mark.parametrize(
    ("name", "key"), [("Tilda_M", "tilda_m"), (" a ", "a"), ("a.b@c-d", "a.b@c-d"), ("7", "7")]
)
def test_a_user_is_the_handle_in_lower_case(name: str, key: str) -> None:
    assert layout.valid_user(name) == key


@pytest.mark.parametrize(
    "name", ["", "  ", ".", "..", "a/b", "a b", "a\\b", "müller", "a\n", "x=y", "a" * 101, "a,b"]
)
def test_an_invalid_user_name_is_refused_in_one_line_that_says_how_to_go_on(name: str) -> None:
    if name == "a\n":
        assert layout.valid_user(name) == "a"  # white space around a name is passed over
        return
    with pytest.raises(SettingsError) as caught:
        layout.valid_user(name, where="/some/archive.zip")
    message = str(caught.value)
    assert message.startswith("/some/archive.zip: ")
    assert "--user" in message and "\n" not in message


def test_names_of_live_feeds_are_kept_for_them() -> None:
    with pytest.raises(SettingsError, match="live feeds"):
        layout.valid_user("feed.hn")


@settings(max_examples=40)
@given(st.text(max_size=30))
def test_a_name_is_refused_or_fits_a_path_as_it_is(name: str) -> None:
    try:
        key = layout.valid_user(name)
    except SettingsError:
        return
    path = f"{layout.documents(key, 'tweet')}/base-00000001.parquet"
    assert layout.partition_value(path, "user") == key
    assert layout.partition_value(path, "kind") == "tweet"
    assert ".." not in path.split("/")


def test_a_missing_part_ends_the_path() -> None:
    assert layout.vectors() == "vectors"
    assert layout.vectors("s") == "vectors/space=s"
    assert layout.loads("pgvector", None, "ann") == "loads/store=pgvector"
    assert layout.publication("s", "tweet", "ann") == "space=s/kind=tweet/user=ann"
    assert layout.partition_value("records/user=ann/x", "kind") is None
