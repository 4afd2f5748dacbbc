"""Addresses of archives that live elsewhere, and bringing them in: `supabase:ACCOUNT_ID`, `s3://…`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress

from embed_platform.errors import BadArchive, OlderArchive
from embed_platform.lake.lake import Lake
from embed_platform.sources.pulls import InboxPull, SupabasePull, inbox_marks, read_pull
from embed_platform.sources.s3_inbox import find_drop, open_inbox, pull_drop, scan_s3
from embed_platform.sources.supabase.project import Project
from embed_platform.sources.supabase.pull import person, pull
from embed_platform.sources.supabase.uploads import usernames
from embed_platform.sources.twitter import ingest as twitter

SUPABASE = "supabase:"
# A cadence is no sensor, which starts a few at a time.
ALL_DROPS = 10**6


def pull_again(lake: Lake, user: str, source: str) -> None:
    """Bring in what is new of a user where archives of the user were pulled from before, and nothing else.

    Args:
        lake: where they are kept.
        user: whose.
        source: only archives of this one, for each source is parsed by a step of its own.

    Raises:
        BadArchive: something cannot be taken in.
        SourceUnavailable: a place does not answer as it should.
    """
    account = read_pull(lake, user, "supabase", SupabasePull)
    if account is not None and source == twitter.SOURCE and lake.settings.supabase_url:
        pull_in(lake, user, [f"{SUPABASE}{account.account_id}"])
    if lake.settings.inbox_url and read_pull(lake, user, "s3", InboxPull) is not None:
        inbox = open_inbox(lake.settings)
        for drop in scan_s3(lake, inbox, inbox_marks(lake), limit=ALL_DROPS):
            if (drop.user, drop.source) == (user, source):
                pull_drop(lake, inbox, drop)


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
                # what the owner handed over here stays where it is newer; what was withdrawn there
                # is left out of it all the same
                with suppress(OlderArchive):
                    pull(lake, project, person(lake, account, names[account], user))
    if files:
        inbox = open_inbox(lake.settings)
        pull_drop(lake, inbox, find_drop(inbox, files, user))
