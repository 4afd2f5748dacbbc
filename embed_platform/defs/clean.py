"""Assets of dbt's models: tweets, messages."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets

from embed_platform.corpus.clean import CORPUS_VERSION, MESSAGES, TWEETS, CleanTable, clean
from embed_platform.corpus.dbt_run import manifest
from embed_platform.defs.partitions import users
from embed_platform.defs.records import BACKFILL, OWNERS
from embed_platform.defs.resources import Platform
from embed_platform.defs.users import Users, give_up
from embed_platform.errors import EmbedError


class _Translator(DagsterDbtTranslator):
    """dbt's names as asset keys, with our groups, owners and kinds."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        return dg.AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return "corpus"

    def get_code_version(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return CORPUS_VERSION

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str] | None:
        return OWNERS


def clean_asset(table: CleanTable) -> dg.AssetsDefinition:
    """The asset of a dbt model: one invocation for all users of the run, in a scratch folder of its own."""

    @dbt_assets(
        name=table.name,
        manifest=manifest(),
        select=table.name,
        partitions_def=users,
        backfill_policy=BACKFILL,
        dagster_dbt_translator=_Translator(),
        pool="duckdb",
    )
    def cleaned(context: dg.AssetExecutionContext, platform: Platform) -> Iterator[Any]:
        persons = Users(context, platform.lake())
        try:
            done = clean(platform.lake(), table, persons.standing)
        except EmbedError as error:
            give_up(error)
        for user, rows in done.rows.items():
            persons.done(user, {"dagster/partition_row_count": rows})
        key = dg.AssetKey(table.name)
        checks = [
            dg.AssetCheckResult(
                asset_key=key,
                check_name=check.name,
                passed=not done.faults.get(check.name),
                metadata={"fault": done.faults.get(check.name) or "none"},
            )
            for check in sorted(context.selected_asset_check_keys)
            if check.name in done.faults or not done.faults
        ]
        yield dg.MaterializeResult(asset_key=key, check_results=checks)

    return cleaned


tweets = clean_asset(TWEETS)
messages = clean_asset(MESSAGES)
