"""Runs a feed continuously: one process of the stream engine for each worker, ended together."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import psutil

from embed_platform.errors import SettingsError, SourceUnavailable
from embed_platform.lake.failures import read_failures
from embed_platform.lake.lake import Lake
from embed_platform.live.definitions import load_pipeline
from embed_platform.live.feed import Done, Feed
from embed_platform.live.identity import begin_anew
from embed_platform.live.opening import feed_at_work, open_feed, opened, put_right
from embed_platform.live.state import open_state, state_path

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.2
_START_SECONDS = 60.0


def run_workers(
    lake: Lake, path: Path, workers: int = 1, *, once: bool = False, allow_empty: bool = False
) -> Done:
    """Run a pipeline's file in so many processes until it is interrupted, or the source has no more.

    Returns what was done, of a run that ended because its source has no more.

    Raises:
        SettingsError: Bytewax is not installed, or the pipeline is not as it should be.
        FeedBusy: another process runs it.
        SourceUnavailable: a worker died; what was written is kept.
    """
    needs_engine()
    pipeline = load_pipeline(path)
    user = pipeline.user
    with feed_at_work(lake.settings, user):
        feed = open_feed(lake, pipeline)
        try:
            put_right(feed)
            feed.state.keep(file=str(path.absolute()))
        finally:
            feed.close()
        if not once:
            _log.info("%s: following its source; Ctrl-C stops", user)
        from embed_platform.live.flow import prepare_recovery

        prepare_recovery(recovery_folder(lake, user))
        if workers == 1:
            return run_worker(lake, path, [], 0, once=once, allow_empty=allow_empty)
        addresses = [f"127.0.0.1:{port}" for port in _free_ports(workers)]
        options = ["--once"] * once + ["--allow-empty"] * allow_empty
        total = Done()
        with lake.scratch("live") as folder:
            told = [folder / f"{process}.json" for process in range(workers)]
            commands = [
                _command(path, addresses, process, [*options, f"--told={told[process]}"])
                for process in range(workers)
            ]
            began = datetime.now(UTC).isoformat(timespec="seconds")
            try:
                _run_together(commands, pipeline.name)
            except SourceUnavailable as error:
                failure = read_failures(lake.storage).get(user)
                if failure is None or failure.at < began:
                    raise
                raise SourceUnavailable(failure.error) from error
            for file in told:
                total.add(msgspec.json.decode(file.read_bytes(), type=Done))
        return total


def run_worker(
    lake: Lake,
    path: Path,
    addresses: Sequence[str],
    process: int,
    *,
    once: bool = False,
    allow_empty: bool = False,
) -> Done:
    """Be one worker of a feed whose lock somebody holds; returns what it did, once it ends by itself.

    Raises:
        EmbedError: the source, a machine or a store failed for good.
        TooManyDeadLetters: with `once`, more of the feed than may be set aside; the rest was brought in.
        AnotherWorkerEnded: another one is gone.
    """
    from embed_platform.live.flow import PolledSource, dataflow, run_flow

    def told(done: Done) -> None:
        if done.items and (done.changed or done.deleted or done.dead_letters):
            _log.info("%s: %s", load.user, done.line)
        total.add(done)

    total = Done()
    load = load_pipeline(path)
    # the state of the worker that polls; each worker that writes opens its own
    polling = open_feed(lake, load)
    try:
        source = PolledSource(
            load.source,
            lambda: polling.state.position,
            lambda: polling.state.round,
            polling.commit,
            polling.note_failure,
            once=once,
        )
        flow = dataflow(lambda: _warm(open_feed(lake, load)), source, told, allow_empty=allow_empty)
        _wait_for_listeners(addresses[:process])
        run_flow(flow, recovery_folder(lake, load.user), addresses, process)
        if once and (error := polling.too_many(total)) is not None:
            raise error
        return total
    finally:
        polling.close()


def _wait_for_listeners(addresses: Sequence[str]) -> None:
    """Let the workers before this one open their ports, for the engine complains of every try before.

    They are looked for, not connected to: who connects is taken for a worker.
    """
    wanted = {int(address.rpartition(":")[2]) for address in addresses}
    until = time.monotonic() + _START_SECONDS
    with suppress(psutil.AccessDenied):  # some systems tell root alone; the engine tries by itself
        while wanted and time.monotonic() < until:
            found = psutil.net_connections("tcp")
            wanted -= {c.laddr.port for c in found if c.laddr and c.status == psutil.CONN_LISTEN}
            time.sleep(_LOOK_SECONDS if wanted else 0)


def _warm(feed: Feed) -> Feed:
    feed.warm_up()
    return feed


def run_once(lake: Lake, path: Path, *, allow_empty: bool = False) -> Done:
    """Poll until the source has no more at this moment, in this process and without Bytewax."""
    with opened(lake, load_pipeline(path)) as feed:
        feed.state.keep(file=str(path.absolute()))
        done = feed.run_due(allow_empty=allow_empty)
        feed.note_failure(None)
        return done


def follow_another(lake: Lake, path: Path) -> None:
    """Let a feed follow the source that its file names now, from the beginning.

    Raises:
        SettingsError: the pipeline is not as it should be.
        FeedBusy: another process runs it.
    """
    pipeline = load_pipeline(path)
    with (
        feed_at_work(lake.settings, pipeline.user),
        closing(open_state(lake.settings, pipeline.user)) as state,
    ):
        begin_anew(state, pipeline.source)
        shutil.rmtree(recovery_folder(lake, pipeline.user), ignore_errors=True)


def recovery_folder(lake: Lake, user: str) -> Path:
    """Folder of Bytewax's snapshots of a feed."""
    return state_path(lake.settings, user).with_suffix(".recovery")


def needs_engine() -> None:
    """Raise where Bytewax is not installed."""
    import importlib.util

    if importlib.util.find_spec("bytewax") is None:
        raise SettingsError(
            "running continuously needs Bytewax",
            remedy="pip install 'embed-platform[live]' (Python 3.11 or 3.12), use --once, or let Dagster run it",
        )


def _command(
    path: Path, addresses: Sequence[str], process: int, options: Sequence[str]
) -> list[str]:
    place = ["--process", str(process), *(f"--address={address}" for address in addresses)]
    program = [sys.executable, "-c", "from embed_platform.cli import main; main()"]
    return [*program, "live", "worker", str(path.absolute()), *place, *options]


def _run_together(commands: Sequence[Sequence[str]], name: str) -> None:
    """Run processes until all have ended; when one dies, the others are ended too."""
    with ExitStack() as stack:
        running = [stack.enter_context(_Ended(subprocess.Popen(command))) for command in commands]
        while any(process.poll() is None for process in running):
            dead = [p for p in running if p.poll() not in (None, 0)]
            if dead:
                raise SourceUnavailable(
                    f"worker {running.index(dead[0])} ended with {dead[0].returncode}",
                    where=name,
                    remedy="What was written is kept; the same command goes on from there",
                )
            time.sleep(_LOOK_SECONDS)
        if any(process.returncode for process in running):
            raise SourceUnavailable("a worker failed", where=name)


class _Ended:
    """A process that does not outlive the block."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self._process

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


def _free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on, all at a time so that they differ."""
    with ExitStack() as stack:
        probes = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
