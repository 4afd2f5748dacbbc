"""Addresses of archives that live elsewhere, and bringing them in: `supabase:ACCOUNT_ID`, `s3://…`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from embed_platform.errors import BadArchive
from embed_platform.lake.lake import Lake
from embed_platform.sources.s3_inbox import find_drop, open_inbox, pull_drop
from embed_platform.sources.supabase.project import Project
from embed_platform.sources.supabase.pull import person, pull
from embed_platform.sources.supabase.uploads import usernames

SUPABASE = "supabase:"


def pull_in(lake: Lake, user: str, addresses: Sequence[str]) -> None:
    """Bring in what some addresses name, for one user.

    Raises:
        BadArchive: it cannot be taken in, or is not there any more.
        SettingsError: a setting or key that this needs is missing or refused.
        SourceUnavailable: a place does not answer as it should.
    """
    accounts = [a.removeprefix(SUPABASE) for a in addresses if a.startswith(SUPABASE)]
    files = [address for address in addresses if not address.startswith(SUPABASE)]
    if accounts:
        with closing(Project(lake.settings)) as project:
            names = usernames(project, accounts)
            for account in accounts:
                if account not in names:
                    raise BadArchive(
                        "the project does not say whose account this is",
                        where=f"{project.url}, account {account}",
                    )
                pull(lake, project, person(lake, account, names[account], user))
    if files:
        inbox = open_inbox(lake.settings)
        pull_drop(lake, inbox, find_drop(inbox, files, user))
