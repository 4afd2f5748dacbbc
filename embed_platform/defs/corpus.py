"""Assets from archives to documents: raw_tweets, tweets (dbt), threads, documents."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.compute as pc
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from pydantic import Field

from embed_platform.corpus.build import build_documents, build_threads
from embed_platform.corpus.dbt_run import manifest, run_dbt, scratch_folder
from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.corpus.tweets import (
    CORPUS_VERSION,
    excluded_counts,
    publish_tweets,
    write_scratch,
)
from embed_platform.defs.partitions import users
from embed_platform.defs.resources import Platform
from embed_platform.defs.users import RETRIES, Users, failure
from embed_platform.errors import EmbedError
from embed_platform.lake.lake import Lake
from embed_platform.sources.current import is_stale, publish_raw_tweets
from embed_platform.sources.ingest import ingest

OWNERS = ["team:archives"]
FRESH = "every_archive_is_parsed"
BACKFILL = dg.BackfillPolicy.single_run()


class RawTweetsConfig(dg.Config):
    """What a run takes in before it parses."""

    inbox: list[str] = Field(
        default=[], description="Archives to take in first; the inbox sensor names them."
    )


@dg.asset(
    partitions_def=users,
    backfill_policy=BACKFILL,
    retry_policy=RETRIES,
    group_name="sources",
    owners=OWNERS,
    kinds={"python", "parquet"},
    code_version=CORPUS_VERSION,
    check_specs=[
        dg.AssetCheckSpec(
            FRESH,
            asset="raw_tweets",
            description="Per user: every archive that counts is parsed. Nightly over all users.",
        )
    ],
)
def raw_tweets(
    context: dg.AssetExecutionContext, config: RawTweetsConfig, platform: Platform
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Parsed tweets of each user's current archives, unchanged, with what could not be parsed set aside."""
    lake = platform.lake()
    persons = Users(context, lake)

    def parse(user: str) -> dict[str, Any]:
        for path in config.inbox if persons.alone else []:
            ingest(lake, Path(path), user=user)
        parsed = publish_raw_tweets(lake, user)
        return {
            "dagster/partition_row_count": parsed.rows,
            "dead_letters": parsed.dead_letters,
            "bytes_read": parsed.bytes,
            "changed": parsed.changed,
        }

    persons.each(parse)
    stale = [user for user in persons.standing if is_stale(lake, user)]
    fresh = dg.AssetCheckResult(check_name=FRESH, passed=not stale, metadata={"users": stale})
    return dg.MaterializeResult(check_results=[fresh])


class _Translator(DagsterDbtTranslator):
    """dbt's names as asset keys, with our groups, owners and kinds."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        return dg.AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return "corpus"

    def get_code_version(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return CORPUS_VERSION

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return OWNERS


@dbt_assets(
    name="tweets",
    manifest=manifest(),
    select="tweets",
    partitions_def=users,
    backfill_policy=BACKFILL,
    dagster_dbt_translator=_Translator(),
    retry_policy=RETRIES,
    pool="duckdb",
)
def tweets(context: dg.AssetExecutionContext, platform: Platform) -> Iterator[Any]:
    """One dbt invocation for all users of the run, in a scratch folder of its own."""
    lake = platform.lake()
    persons = Users(context, lake)
    standing = persons.standing
    try:
        with scratch_folder(lake) as scratch:
            write_scratch(lake, standing, scratch)
            tests = run_dbt("tweets", scratch, dbt_variables(lake, scratch))
            counts = publish_tweets(lake, standing, scratch)
    except EmbedError as error:
        raise failure(error) from error
    for user in standing:
        persons.done(user, {"dagster/partition_row_count": counts[user]})
    key = dg.AssetKey("tweets")
    names = {check.name for check in context.selected_asset_check_keys}
    checks = [
        dg.AssetCheckResult(
            asset_key=key, check_name=name, passed=not fault, metadata={"fault": fault or "none"}
        )
        for name, fault in tests.items()
        if name in names
    ]
    yield dg.MaterializeResult(asset_key=key, check_results=checks)


def dbt_variables(lake: Lake, scratch: Path) -> dict[str, Any]:
    """What the models are told: the run's scratch folder and the two settings of the selection."""
    return {
        "scratch": str(scratch),
        "include_retweets": lake.settings.include_retweets,
        "include_replies": lake.settings.include_replies,
    }


@dg.asset(
    deps=["tweets"],
    partitions_def=users,
    backfill_policy=BACKFILL,
    retry_policy=RETRIES,
    group_name="corpus",
    owners=OWNERS,
    kinds={"python", "parquet"},
    code_version=CORPUS_VERSION,
)
def threads(context: dg.AssetExecutionContext, platform: Platform) -> None:
    """Same-author chains of two or more tweets, split between tweets at the longest document."""
    lake = platform.lake()
    Users(context, lake).each(
        lambda user: {"dagster/partition_row_count": build_threads(lake, user)}
    )


@dg.asset(
    deps=["tweets", "threads"],
    partitions_def=users,
    backfill_policy=BACKFILL,
    retry_policy=RETRIES,
    group_name="corpus",
    owners=OWNERS,
    kinds={"python", "parquet"},
    code_version=CORPUS_VERSION,
    check_specs=[
        dg.AssetCheckSpec(
            "ids_are_unique_and_texts_present",
            asset="documents",
            description="Per user: no id twice, no empty text.",
        )
    ],
)
def documents(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """What is embedded: one document per selected tweet and per part of a thread."""
    lake = platform.lake()
    persons = Users(context, lake)

    def build(user: str) -> dict[str, Any]:
        built = build_documents(lake, user)
        left_out = excluded_counts(lake, user)
        return {
            "dagster/partition_row_count": sum(built.rows.values()),
            "changed": built.changed,
            **{f"documents/{kind}": rows for kind, rows in built.rows.items()},
            **{f"excluded/{reason}": rows for reason, rows in left_out.items()},
        }

    persons.each(build)
    broken = [user for user in persons.standing if not _sound(lake, user)]
    return dg.MaterializeResult(
        check_results=[
            dg.AssetCheckResult(
                passed=not broken, metadata={"users": broken, "checked": len(persons.keys)}
            )
        ]
    )


def _sound(lake: Lake, user: str) -> bool:
    for kind in document_kinds(lake, user):
        table = read_documents(lake, user, kind, ["id", "text"])
        if (
            pc.count_distinct(table["id"]).as_py() != table.num_rows
            or pc.any(pc.equal(table["text"], "")).as_py()
        ):
            return False
    return True


def corpus() -> dg.Definitions:
    """Assets from archives to documents."""
    return dg.Definitions(assets=[raw_tweets, tweets, threads, documents])
