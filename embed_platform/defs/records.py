"""Assets of the kept archives' records, source by source: raw_tweets, raw_messages, raw_pages."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field

from embed_platform.corpus.clean import CORPUS_VERSION
from embed_platform.defs.partitions import users
from embed_platform.defs.resources import Platform
from embed_platform.defs.users import Users
from embed_platform.errors import BadArchive, EmbedError, TooManyDeadLetters
from embed_platform.lake.lake import Lake
from embed_platform.sources.intake import Choices, handovers, take_in
from embed_platform.sources.messenger.publish import publish_raw_messages
from embed_platform.sources.pages.ingest import SOURCE as PAGES
from embed_platform.sources.pages.publish import publish_raw_pages
from embed_platform.sources.pulling import pull_again, pull_in
from embed_platform.sources.records import is_stale
from embed_platform.sources.twitter.current import publish_raw_tweets

# The asset of each source's records.
RECORDS_OF = {"twitter": "raw_tweets", "messenger": "raw_messages", "pages": "raw_pages"}
# Sources whose archives may live elsewhere.
PULLED = ("twitter", "messenger")
OWNERS = ["team:archives"]
FRESH = "every_archive_is_parsed"
BACKFILL = dg.BackfillPolicy.single_run()
Parse = Callable[[Lake, str], Mapping[str, Any]]


class RawConfig(dg.Config):
    """What a run takes in before it parses."""

    inbox: list[str] = Field(
        default=[], description="Archives to take in first; the inbox sensor names them."
    )
    pull: list[str] = Field(
        default=[],
        description="Addresses to pull first (supabase:ACCOUNT_ID, s3://…); their sensors name them.",
    )
    refresh: bool = Field(
        default=False,
        description="Pull anew where archives of these users were pulled from before; the cadence does.",
    )


def records_asset(source: str, description: str, parse: Parse) -> dg.AssetsDefinition:
    """The asset that parses each user's kept archives of a source; users without any are passed over."""
    name = RECORDS_OF[source]

    @dg.asset(
        name=name,
        partitions_def=users,
        backfill_policy=BACKFILL,
        group_name="sources",
        owners=OWNERS,
        kinds={"python", "parquet"},
        code_version=CORPUS_VERSION,
        description=description,
        check_specs=[
            dg.AssetCheckSpec(
                FRESH,
                asset=name,
                description="Per user: every archive that counts is parsed. Nightly over all users.",
            )
        ],
    )
    def records(
        context: dg.AssetExecutionContext, config: RawConfig, platform: Platform
    ) -> dg.MaterializeResult:  # type: ignore[type-arg]
        lake = platform.lake()
        persons = Users(context, lake)

        def each(user: str) -> Mapping[str, Any]:
            if persons.alone:
                pull_in(lake, user, config.pull)
                _take_in(context, lake, user, [Path(path) for path in config.inbox])
            if config.refresh:
                pull_again(lake, user, source)
            return parse(lake, user)

        persons.each(each)
        stale = [user for user in persons.standing if is_stale(lake, user, source)]
        fresh = dg.AssetCheckResult(check_name=FRESH, passed=not stale, metadata={"users": stale})
        return dg.MaterializeResult(check_results=[fresh])

    return records


def _take_in(context: dg.AssetExecutionContext, lake: Lake, user: str, paths: list[Path]) -> None:
    """Take in what a run was given; of many page files one that is refused is a dead letter, no failure."""
    for given in handovers(lake, paths):
        for outcome in take_in(lake, given, Choices(user=user)):
            if not isinstance(outcome, EmbedError):
                continue
            if given.source != PAGES or not isinstance(outcome, BadArchive | TooManyDeadLetters):
                raise outcome
            context.log.warning(f"set aside: {outcome}")


def _parse_tweets(lake: Lake, user: str) -> Mapping[str, Any]:
    parsed = publish_raw_tweets(lake, user)
    return {
        "dagster/partition_row_count": parsed.rows,
        "dead_letters": parsed.dead_letters,
        "bytes_read": parsed.bytes,
        "changed": parsed.changed,
    }


def _parse_messages(lake: Lake, user: str) -> Mapping[str, Any]:
    parsed = publish_raw_messages(lake, user)
    return {
        "dagster/partition_row_count": parsed.rows,
        "threads": parsed.threads,
        "dead_letters": parsed.dead_letters,
        "changed": parsed.changed,
    }


def _parse_pages(lake: Lake, user: str) -> Mapping[str, Any]:
    parsed = publish_raw_pages(lake, user)
    return {
        "dagster/partition_row_count": parsed.rows,
        "rendered": parsed.rendered,
        "dead_letters": parsed.dead_letters,
        "changed": parsed.changed,
    }


raw_tweets = records_asset(
    "twitter",
    "Parsed tweets of each user's current archives, unchanged, with what could not be parsed set aside.",
    _parse_tweets,
)
raw_messages = records_asset(
    "messenger",
    "Messages of all of each user's kept exports, each once, with what could not be parsed set aside.",
    _parse_messages,
)
raw_pages = records_asset(
    "pages",
    "Pages of each user's PDFs and images, rendered, with what could not be rendered set aside.",
    _parse_pages,
)
