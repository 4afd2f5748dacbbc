"""The code location: it loads lightly, and knows what it should."""

from __future__ import annotations

import subprocess
import sys

from embed_platform.definitions import defs


def test_importing_definitions_loads_no_heavy_library() -> None:
    code = (
        "import sys, embed_platform.definitions;"
        "print([m for m in ('torch','modal','pymilvus','sentence_transformers','qdrant_client') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_lineage_runs_from_raw_tweets_to_the_stores() -> None:
    graph = defs.resolve_asset_graph()
    parents = {
        key.to_user_string(): {parent.to_user_string() for parent in graph.get(key).parent_keys}
        for key in graph.get_all_asset_keys()
    }
    assert parents["tweets"] == {"raw_tweets"} and parents["threads"] == {"tweets"}
    assert parents["messages"] == {"raw_messages"} and parents["message_chunks"] == {"messages"}
    whole = {"tweets", "threads", "messages", "message_chunks", "raw_pages"}
    assert parents["documents"] == whole
    space = next(key for key in parents if key.startswith("embeddings/all_minilm"))
    slug = space.split("/")[1]
    assert parents[space] == {"documents"}
    assert all(
        parents[f"{store}/{slug}"] == {space} for store in ("pgvector", "milvus", "s3", "qdrant")
    )
    (pages,) = (key for key in parents if key.startswith("embeddings/colqwen2_5"))
    slug = pages.split("/")[1]
    assert {key for key, above in parents.items() if pages in above} == {
        f"pgvector/{slug}",
        f"milvus/{slug}",
    }


def test_every_asset_says_who_owns_it_and_what_it_is() -> None:
    graph = defs.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.owners and node.kinds and node.description, key
        assert node.partitions_def is not None, key
