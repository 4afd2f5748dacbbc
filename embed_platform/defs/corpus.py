"""Assets from clean records to documents: threads, message_chunks, documents."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pyarrow.compute as pc

from embed_platform.corpus.build import build_documents, build_threads
from embed_platform.corpus.clean import CORPUS_VERSION, excluded_counts
from embed_platform.corpus.documents import document_kinds, read_documents
from embed_platform.corpus.kinds import TEXT_KINDS
from embed_platform.corpus.messages import build_message_chunks
from embed_platform.defs.clean import messages, tweets
from embed_platform.defs.partitions import users
from embed_platform.defs.records import BACKFILL, OWNERS, raw_messages, raw_pages, raw_tweets
from embed_platform.defs.resources import Platform
from embed_platform.defs.users import Users
from embed_platform.lake.lake import Lake
from embed_platform.sources.records import require_archive
from embed_platform.upkeep.accounting import corpus_steps

SOUND = "ids_are_unique_and_texts_present"
ACCOUNTED = "every_record_is_accounted_for"


def pieces_asset(
    name: str, of: str, description: str, build: Callable[[Lake, str], int]
) -> dg.AssetsDefinition:
    """The asset that puts clean records together: threads of tweets, chunks of conversations."""

    @dg.asset(
        name=name,
        deps=[of],
        partitions_def=users,
        backfill_policy=BACKFILL,
        group_name="corpus",
        owners=OWNERS,
        kinds={"python", "parquet"},
        code_version=CORPUS_VERSION,
        description=description,
    )
    def pieces(context: dg.AssetExecutionContext, platform: Platform) -> None:
        lake = platform.lake()
        Users(context, lake).each(lambda user: {"dagster/partition_row_count": build(lake, user)})

    return pieces


threads = pieces_asset(
    "threads",
    "tweets",
    "Same-author chains of two or more tweets, split between tweets at the longest document.",
    build_threads,
)
message_chunks = pieces_asset(
    "message_chunks",
    "messages",
    "Conversations in chunks: quick messages of one sender put together, cut at pauses, in windows that overlap.",
    build_message_chunks,
)


@dg.asset(
    deps=["tweets", "threads", "messages", "message_chunks", "raw_pages"],
    partitions_def=users,
    backfill_policy=BACKFILL,
    group_name="corpus",
    owners=OWNERS,
    kinds={"python", "parquet"},
    code_version=CORPUS_VERSION,
    check_specs=[
        dg.AssetCheckSpec(
            SOUND,
            asset="documents",
            description="Per user: no id twice, no empty text but of images.",
        ),
        dg.AssetCheckSpec(
            ACCOUNTED,
            asset="documents",
            description="Per user, in sets of ids: what was exported is parsed, dropped for a reason, or in a document.",
        ),
    ],
)
def documents(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """What is embedded: a document per selected tweet, part of a thread, chunk of a conversation, and page."""
    lake = platform.lake()
    persons = Users(context, lake)

    def build(user: str) -> dict[str, Any]:
        require_archive(lake, user)
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
    open_accounts = {
        user: [
            f"{step.name}: {step.note or ', '.join(step.examples)}"
            for step in corpus_steps(lake, user)
            if not step.adds_up
        ]
        for user in persons.standing
    }
    wrong = {user: steps for user, steps in open_accounts.items() if steps}
    return dg.MaterializeResult(
        check_results=[
            dg.AssetCheckResult(
                check_name=SOUND,
                passed=not broken,
                metadata={"users": broken, "checked": len(persons.keys)},
            ),
            dg.AssetCheckResult(
                check_name=ACCOUNTED,
                passed=not wrong,
                metadata={"users": sorted(wrong), "examples": dg.MetadataValue.json(wrong)},
            ),
        ]
    )


def _sound(lake: Lake, user: str) -> bool:
    for kind in document_kinds(lake, user):
        table = read_documents(lake, user, kind, ["id", "text"])
        silent = kind in TEXT_KINDS and pc.any(pc.equal(table["text"], "")).as_py()
        if silent or pc.count_distinct(table["id"]).as_py() != table.num_rows:
            return False
    return True


def corpus() -> dg.Definitions:
    """Assets from archives to documents."""
    return dg.Definitions(
        assets=[
            raw_tweets,
            raw_messages,
            raw_pages,
            tweets,
            messages,
            threads,
            message_chunks,
            documents,
        ]
    )
