"""Everything from kept archives to documents, without Dagster: for questions that come before a run."""

from __future__ import annotations

from collections.abc import Sequence

from embed_platform.corpus.build import build_documents, build_threads
from embed_platform.corpus.clean import MESSAGES, TWEETS, clean
from embed_platform.corpus.documents import document_kinds
from embed_platform.corpus.messages import build_message_chunks
from embed_platform.lake.lake import Lake
from embed_platform.sources.messenger.publish import publish_raw_messages
from embed_platform.sources.pages.publish import publish_raw_pages
from embed_platform.sources.records import is_stale
from embed_platform.sources.twitter.current import publish_raw_tweets


def prepare(lake: Lake, users: Sequence[str]) -> list[str]:
    """Bring the documents of users up to date of whom an archive waits; returns who that was.

    The next run finds it done. A setting of the corpus that changed since is left to the run.
    """
    waiting = [user for user in users if is_stale(lake, user) or not document_kinds(lake, user)]
    for user in waiting:
        publish_raw_tweets(lake, user)
        publish_raw_messages(lake, user)
        publish_raw_pages(lake, user)
    if waiting:
        clean(lake, TWEETS, waiting)
        clean(lake, MESSAGES, waiting)
    for user in waiting:
        build_threads(lake, user)
        build_message_chunks(lake, user)
        build_documents(lake, user)
    return waiting
