"""Assets of each space: its embeddings, and one asset per store that serves it."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from embed_platform.compute.planning import approve
from embed_platform.corpus.kinds import KINDS
from embed_platform.defs.partitions import users
from embed_platform.defs.records import BACKFILL, OWNERS
from embed_platform.defs.resources import Platform
from embed_platform.defs.users import Users, give_up
from embed_platform.embedding.debts import UserResult
from embed_platform.embedding.embed import tidy
from embed_platform.embedding.registry import ModelEntry, load_registry
from embed_platform.errors import ComputeRefused, EmbedError
from embed_platform.lake.dead_letters import check_limit
from embed_platform.lake.lake import Lake
from embed_platform.settings import load_settings
from embed_platform.stores.base import StoreTable
from embed_platform.stores.open import open_store
from embed_platform.stores.sync import sync_space
from embed_platform.upkeep.accounting import vector_steps
from embed_platform.upkeep.vectors import give_vectors, is_planned, rented_plan

HOLDS = "holds_what_the_lake_holds"
EMBEDDED = "every_document_has_a_vector"
PLANNED = "the_plan_is_below_the_cap"
STORE_KINDS = {
    "pgvector": {"postgres"},
    "milvus": {"milvus"},
    "s3": {"s3", "parquet"},
    "qdrant": {"qdrant"},
}


def embeddings_key(slug: str) -> dg.AssetKey:
    """Asset of a space's vectors in the lake."""
    return dg.AssetKey(["embeddings", slug])


def store_key(store: str, slug: str) -> dg.AssetKey:
    """Asset of a space's rows in a store."""
    return dg.AssetKey([store, slug])


def embeddings_asset(entry: ModelEntry) -> dg.AssetsDefinition:
    """The asset that gives every document of a user a vector in the entry's space."""
    space = entry.space

    @dg.asset(
        key=embeddings_key(space.slug),
        deps=["documents"],
        partitions_def=users,
        backfill_policy=BACKFILL,
        group_name="embeddings",
        owners=OWNERS,
        kinds={"python", "huggingface"},
        pool="gpu",
        code_version=space.slug,
        description=f"{'Vectors' if space.multi_vector else 'One vector'} of {space.dimension} dimensions "
        f"per distinct {space.modality}, by {space.model}@{space.revision[:12]}.",
        metadata={"model": space.model, "revision": space.revision, "dimension": space.dimension},
        check_specs=[
            dg.AssetCheckSpec(
                EMBEDDED,
                asset=embeddings_key(space.slug),
                description="Per user: each document has a vector, or a dead letter that says why not.",
            ),
            dg.AssetCheckSpec(
                PLANNED,
                asset=embeddings_key(space.slug),
                description="Before anything is rented: even the least that it may cost is below the cap.",
            ),
        ],
    )
    def embeddings(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult:  # type: ignore[type-arg]
        lake = platform.lake()
        persons = Users(context, lake)
        planned = dg.AssetCheckResult(check_name=PLANNED, passed=True)
        try:
            if is_planned(entry, lake.settings):
                planned = _plan(context, lake, entry, persons.standing)
            results, dollars = _give_vectors(context, lake, entry, persons.standing)
        except EmbedError as error:
            give_up(error)
        except SystemExit as error:
            # a signal that Dagster leaves alone: the steps after this one would rent again
            raise dg.DagsterExecutionInterruptedError from error
        tokens = sum(r.tokens for r in results.values() if not isinstance(r, EmbedError))
        even = 1 / max(1, len(results))  # where the machines came up and no text was read

        def report(user: str) -> dict[str, Any]:
            result = results[user]
            if isinstance(result, EmbedError):
                raise result
            check_limit(
                result.dead_letters,
                result.embedded + result.reused + result.dead_letters,
                lake.settings.dead_letter_limit,
                where=f"{user}, {space.slug}",
            )
            return {
                "dagster/partition_row_count": result.embedded + result.reused,
                **_embedded(result, dollars * (result.tokens / tokens if tokens else even)),
                "compacted": tidy(lake, space, user, entry.kinds),
            }

        persons.each(report)
        tables = [StoreTable(space, KINDS[kind]) for kind in entry.kinds]
        steps = {user: vector_steps(lake, tables, user) for user in persons.standing}
        wrong = {
            user: [example for step in own for example in step.examples]
            for user, own in steps.items()
            if not all(step.adds_up for step in own)
        }
        return dg.MaterializeResult(
            check_results=[
                planned,
                dg.AssetCheckResult(
                    check_name=EMBEDDED,
                    passed=not wrong,
                    metadata={"users": sorted(wrong), "examples": dg.MetadataValue.json(wrong)},
                ),
            ]
        )

    return embeddings


def _embedded(result: UserResult, dollars: float) -> dict[str, Any]:
    """A user's metadata: counts, and what the machines took for them."""
    counts = {key: value for key, value in vars(result).items() if key != "seconds"}
    speed = result.embedded / result.seconds if result.seconds else 0.0
    return counts | {
        "gpu_seconds": round(result.seconds, 3),
        "texts_per_second": round(speed, 1),
        "dollars": round(dollars, 6),
    }


def _give_vectors(
    context: dg.AssetExecutionContext, lake: Lake, entry: ModelEntry, users: Sequence[str]
) -> tuple[Mapping[str, UserResult | EmbedError], float]:
    """Embed what lacks its vectors; what was done for each user, and the dollars that it took."""
    given = give_vectors(lake, entry, users, entry.kinds, on_line=context.log.info)
    return given.results, given.dollars


def _plan(
    context: dg.AssetExecutionContext, lake: Lake, entry: ModelEntry, users: Sequence[str]
) -> dg.AssetCheckResult:
    """Compare what the run would cost with the cap, and show it either way.

    Raises:
        ComputeRefused: it is above; nothing was rented.
    """
    settings = lake.settings
    found, problem = rented_plan(lake, entry, users)
    if problem:
        context.log.warning(f"RunPod's prices of this moment are not known: {problem}")
    try:
        line = approve(found, settings)
    except ComputeRefused as error:
        context.log_event(
            dg.AssetCheckEvaluation(
                asset_key=embeddings_key(entry.space.slug),
                check_name=PLANNED,
                passed=False,
                metadata={"plan": error.what, "tokens": found.tokens},
            )
        )
        raise
    context.log.info(line)
    return dg.AssetCheckResult(
        check_name=PLANNED, passed=True, metadata={"plan": line, "tokens": found.tokens}
    )


def store_asset(entry: ModelEntry, store_name: str) -> dg.AssetsDefinition:
    """The asset that makes a store hold just what the lake holds for a user in the entry's space."""
    space = entry.space

    @dg.asset(
        key=store_key(store_name, space.slug),
        deps=[embeddings_key(space.slug)],
        partitions_def=users,
        backfill_policy=BACKFILL,
        group_name="stores",
        owners=OWNERS,
        kinds=STORE_KINDS[store_name],
        pool=store_name,
        description=f"Rows of {space.model} in {store_name}; an index over the lake that can be dropped and rebuilt.",
        check_specs=[
            dg.AssetCheckSpec(
                HOLDS,
                asset=store_key(store_name, space.slug),
                description="Per user: ids and row hashes read back, dimension, finite, not constant, no duplicates.",
            )
        ],
    )
    def load(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult:  # type: ignore[type-arg]
        lake = platform.lake()
        persons = Users(context, lake)
        tables = [StoreTable(space, KINDS[kind]) for kind in entry.kinds]
        try:
            store = open_store(store_name, lake.settings, lake)
            for reason in sorted({reason for t in tables if (reason := store.refuses(t))}):
                context.log.info(f"{store_name}: {reason}")
            outcomes = sync_space(lake, store, tables, persons.standing)
        except EmbedError as error:
            give_up(error)

        def report(user: str) -> dict[str, Any]:
            outcome = outcomes[user]
            if isinstance(outcome, EmbedError):
                raise outcome
            return {
                "dagster/partition_row_count": outcome.rows,
                "written": outcome.written,
                "deleted": outcome.deleted,
            }

        persons.each(report)
        wrong = sorted(
            user for user, outcome in outcomes.items() if isinstance(outcome, EmbedError)
        )
        verified: dict[str, Any] = {
            "users_verified": len(outcomes) - len(wrong),
            "users_wrong": wrong,
        }
        return dg.MaterializeResult(
            check_results=[
                dg.AssetCheckResult(check_name=HOLDS, passed=not wrong, metadata=verified)
            ]
        )

    return load


def spaces() -> dg.Definitions:
    """The assets of every model in the registry."""
    entries = load_registry(load_settings()).models.values()
    assets = [embeddings_asset(entry) for entry in entries]
    assets += [store_asset(entry, store) for entry in entries for store in entry.stores]
    return dg.Definitions(assets=assets)
