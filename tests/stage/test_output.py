"""What is printed is sent on in a few large messages, and nothing is lost without a word."""

from __future__ import annotations

import json
from contextlib import redirect_stdout

import pytest

from stage import output
from stage.output import LIMIT, PAUSE, Stream, show_image


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(output, "monotonic", made)
    return made


@pytest.fixture
def sent() -> list[str]:
    return []


@pytest.fixture
def stream(clock: Clock, sent: list[str]) -> Stream:
    return Stream("stdout", lambda message: sent.append(json.loads(message)["stdout"]))


def test_the_first_text_is_sent_at_once(stream: Stream, sent: list[str]) -> None:
    stream.write("é𝄞\n")
    assert sent == ["é𝄞\n"]


def test_what_follows_gathers_until_the_pause_is_over(stream: Stream, sent: list[str], clock: Clock) -> None:
    for text in "abc":
        stream.write(text)
    assert sent == ["a"]
    clock.now += PAUSE * 1.01
    stream.write("d")
    assert sent == ["a", "bcd"]


def test_a_flush_sends_what_has_gathered_and_nothing_if_nothing_has(stream: Stream, sent: list[str]) -> None:
    stream.flush()
    stream.write("a")
    stream.write("b")
    stream.flush()
    stream.flush()
    assert sent == ["a", "b"]


def test_a_flush_begins_a_new_pause(stream: Stream, sent: list[str], clock: Clock) -> None:
    stream.write("a")
    clock.now += PAUSE * 1.01
    stream.flush()
    stream.write("b")
    clock.now += PAUSE / 2
    stream.flush()
    clock.now += PAUSE / 2
    stream.write("c")
    assert sent == ["a", "b"]


def test_the_message_names_its_stream() -> None:
    sent: list[str] = []
    Stream("stderr", sent.append).write("no")
    assert [json.loads(message) for message in sent] == [{"stderr": "no"}]


def test_a_stream_is_written_to_as_any_other(stream: Stream, sent: list[str]) -> None:
    assert stream.writable()
    assert stream.write("abc") == 3
    stream.writelines(["d", "e"])
    with redirect_stdout(stream):
        print("f", end="")
    stream.finish()
    assert "".join(sent) == "abcdef"


@pytest.mark.parametrize("value", [b"a", 5, None])
def test_only_text_can_be_written(stream: Stream, value: object) -> None:
    with pytest.raises(TypeError, match=rf"must be str, not {type(value).__name__}"):
        stream.write(value)  # type: ignore[arg-type]


def test_half_of_a_surrogate_pair_can_be_sent(stream: Stream, sent: list[str]) -> None:
    stream.write("\ud800")
    assert sent == ["\ud800"]


def test_text_up_to_the_limit_is_sent_in_full(stream: Stream, sent: list[str]) -> None:
    stream.write("a" * (LIMIT - 1))
    stream.write("b")
    stream.finish()
    assert "".join(sent) == "a" * (LIMIT - 1) + "b"


def test_text_beyond_the_limit_is_counted_and_the_count_is_told_at_the_end(stream: Stream, sent: list[str]) -> None:
    stream.write("a" * (LIMIT - 2))
    assert stream.write("bcde") == 4, "the code that prints is not to know"
    for _ in range(1000):
        stream.write("f" * 2)
    stream.finish()
    assert "".join(sent) == "a" * (LIMIT - 2) + "bc" + "\n… and 2,002 more characters, not shown.\n"


def test_an_image_outside_a_run_goes_nowhere() -> None:
    assert show_image.get()("<svg></svg>") is None
