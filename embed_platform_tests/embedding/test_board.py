"""Who embeds which shard next: nothing is lost, doubled or waited for in vain, whatever machines do."""

from __future__ import annotations

from collections import Counter
from threading import Thread

from hypothesis import given, settings
from hypothesis import strategies as st

from embed_platform.embedding.board import ATTEMPTS, Board, Task
from embed_platform.embedding.plan import Shard, Work


def shard(*names: str) -> Shard:
    return Shard(tuple(Work("ann", name, f"text {name}") for name in names))


def taken(board: Board, machine: str) -> Task:
    task = board.take(machine)
    assert task is not None
    return task


def ended(board: Board) -> bool:
    """Whether nobody gets more and all is done; a board learns the former by being asked."""
    asking = Thread(target=board.take, args=("anybody",), daemon=True)
    asking.start()
    asking.join(2)
    return board.finished


def board_of(*shards: Shard, given_up: list[Shard] | None = None) -> Board:
    return Board(iter(shards), (given_up if given_up is not None else []).append)


def test_a_late_answer_of_a_machine_that_was_given_up_is_taken_and_nobody_works_on_it_again() -> (
    None
):
    board = board_of(shard("a"))
    task = taken(board, "slow")
    board.drop("slow")
    assert not board.finished
    assert board.finish(task, "slow")
    assert ended(board)


def test_a_lane_that_fails_after_its_machine_was_dropped_gives_nothing_back_twice() -> None:
    board = board_of(shard("a"))
    task = taken(board, "gone")
    board.drop("gone")
    board.give_back(task, "gone")
    assert task.attempts == 1
    again = taken(board, "other")
    board.give_back(task, "gone")
    assert again is task and task.attempts == 1
    assert board.finish(again, "other") and ended(board)


def test_what_a_machine_fails_on_when_the_answer_is_there_does_not_keep_the_run() -> None:
    board = board_of(shard("a"))
    first = taken(board, "slow")
    board.drop("slow")
    second = taken(board, "other")
    assert board.finish(first, "slow")
    board.give_back(second, "other")
    assert ended(board)


def test_of_a_shard_that_was_cut_in_two_only_the_halves_count() -> None:
    board = board_of(shard("a", "b"))
    for number in range(ATTEMPTS):
        task = taken(board, f"m{number}")
        board.drop(f"m{number}")
    assert not board.finish(task, f"m{ATTEMPTS - 1}"), "its halves are on their way"
    halves = [taken(board, "m9"), taken(board, "m8")]
    assert sorted(half.shard.items[0].text_hash for half in halves) == ["a", "b"]
    assert board.finish(halves[0], "m9") and board.finish(halves[1], "m8") and ended(board)


ACTIONS = st.sampled_from(["answer", "fail", "drop", "drop, then answer", "drop, then fail"])


@settings(max_examples=60)
@given(
    scripts=st.lists(st.lists(ACTIONS, max_size=8), min_size=1, max_size=4), texts=st.integers(1, 4)
)
def test_every_text_is_committed_once_or_given_up_once(
    scripts: list[list[str]], texts: int
) -> None:
    given_up: list[Shard] = []
    kept: list[Shard] = []
    wanted = [shard(*(f"{n}-{i}" for i in range(texts))) for n in range(6)]
    board = board_of(*wanted, given_up=given_up)

    def work(machine: str, script: list[str]) -> None:
        steps = iter(script)
        while (task := board.take(machine)) is not None:
            step = next(steps, "answer")
            if "drop" in step:
                board.drop(machine)
            if "fail" in step:
                board.give_back(task, machine)
            if "answer" in step and board.finish(task, machine):
                kept.append(task.shard)

    lanes = [Thread(target=work, args=(f"m{n}", script)) for n, script in enumerate(scripts)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join(10)
    assert board.finished
    found = Counter(item.text_hash for one in (*kept, *given_up) for item in one.items)
    assert found == Counter(item.text_hash for one in wanted for item in one.items)
