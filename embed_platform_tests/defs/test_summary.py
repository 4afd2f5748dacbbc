"""What runs report is read from their events and added up."""

from __future__ import annotations

import dagster as dg
import pytest

from embed_platform.defs.partitions import Stretch, users
from embed_platform.defs.summary import Summary, read_run, total

ONE, MANY = Stretch("ann", "ann"), Stretch("ann", "eve")


def asset(key: list[str], **metadata: float) -> dg.AssetsDefinition:
    @dg.asset(key=key, partitions_def=users)
    def made() -> dg.MaterializeResult:
        return dg.MaterializeResult(metadata=metadata)

    return made


def run(*assets: dg.AssetsDefinition) -> dg.ExecuteInProcessResult:
    with dg.DagsterInstance.ephemeral() as instance:
        instance.add_dynamic_partitions("user", ["ann"])
        return dg.materialize(assets, partition_key="ann", instance=instance, raise_on_error=False)


def test_a_document_counts_as_deleted_once_from_however_many_stores() -> None:
    result = run(
        asset(["raw_tweets"], dead_letters=1),
        asset(["embeddings", "mini"], embedded=5, reused=2, dead_letters=1, dollars=0.25),
        asset(["pgvector", "mini"], deleted=3),
        asset(["milvus", "mini"], deleted=3),
    )
    assert read_run(ONE, result) == Summary(5, 2, 3, 2, dollars=0.25)


def test_a_failure_is_one_line_that_names_the_user_of_a_run_of_one() -> None:
    @dg.asset(partitions_def=users)
    def documents() -> None:
        raise dg.Failure("the member is cut short", allow_retries=False)

    @dg.asset(partitions_def=users, deps=[documents])
    def waits() -> None:
        """Runs after the one that fails."""

    result = run(documents, waits)
    assert read_run(ONE, result).errors == ["ann: documents: the member is cut short"]
    assert read_run(MANY, result).errors == ["documents: the member is cut short"]


def test_who_interrupts_a_run_is_not_told_of_a_failure() -> None:
    @dg.asset(partitions_def=users)
    def documents() -> None:
        raise dg.DagsterExecutionInterruptedError

    with pytest.raises(KeyboardInterrupt):
        read_run(ONE, run(documents))


def test_the_whole_is_the_sum_of_the_runs() -> None:
    parts = [Summary(1, 2, 3, 4, dollars=0.5, errors=["a"]), Summary(10, errors=["b"])]
    assert total(parts, 7.0) == Summary(11, 2, 3, 4, 7.0, 0.5, ["a", "b"])
