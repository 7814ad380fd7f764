"""Pyodide arrives whole and verified, or not at all."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from builder.problems import ROOT, BuildError
from builder.runtime import CORE, DEFAULT, LOCK, VERSION, Runtime, Sources, collect, write

DEPENDS = {"array": [], "six": [], "dates": ["six"], "plot": ["array", "dates"], "lonely": []}
WHEELS = {f"{name}-1.0-py3-none-any.whl": f"{name}, as a wheel".encode() * 100 for name in DEPENDS}
ARRAY, SIX, DATES, PLOT, LONELY = WHEELS
CLOSURE = {"array", "six", "dates", "plot"}
INFO = {"abi_version": "2026_0", "python": "3.14.0"}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@dataclass
class Cdn:
    """A real server on this machine, with what it answers by file name and what it was asked for."""

    address: str = ""
    bodies: dict[str, bytes] = field(default_factory=lambda: dict(WHEELS))
    status: int = 200
    missing_bytes: int = 0
    hangs_up: bool = False
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def cdn(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cdn]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    served = Cdn()

    class Answer(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            name = self.path.removeprefix("/full/")
            served.asked.append(name)
            if served.hangs_up:
                return
            body = served.bodies[name]
            self.send_response(served.status)
            self.send_header("Content-Length", str(len(body) + served.missing_bytes))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        served.address = f"http://127.0.0.1:{server.server_port}/full/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield served
        server.shutdown()
        thread.join(timeout=5)
        assert not thread.is_alive()


@dataclass(frozen=True)
class Place:
    """A small Pyodide, its pins, and the sources of its wheels: a cache that is empty and the CDN."""

    core: Path
    pins: dict[str, str]
    sources: Sources

    @property
    def cache(self) -> Path:
        return self.sources.cache

    def collect(self, *packages: str, **changed: Any) -> Runtime:
        return collect(packages, core=self.core, pins=self.pins, sources=replace(self.sources, **changed))


@pytest.fixture
def place(tmp_path: Path, cdn: Cdn) -> Place:
    core = tmp_path / "pyodide"
    core.mkdir()
    for name in CORE:
        (core / name).write_bytes(name.encode())
    packages = {
        name: {"depends": depends, "file_name": wheel, "name": name, "sha256": sha256(content)}
        for (name, depends), (wheel, content) in zip(DEPENDS.items(), WHEELS.items(), strict=True)
    }
    (core / LOCK).write_text(json.dumps({"info": INFO, "packages": packages}))
    pins = {name: sha256((core / name).read_bytes()) for name in CORE}
    return Place(core, pins, Sources(cache=tmp_path / "cache", cdn=cdn.address, carrier=None))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def carrier(folder: Path, **changed: bytes | None) -> str:
    """A distribution that pip accepts, holding the wheels; `changed` by package, None to leave one out."""
    path = folder / "open_webui-0.12.4-py3-none-any.whl"
    about = "Name: open-webui\nVersion: 0.12.4\nRequires-Python: <3.0\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("open_webui-0.12.4.dist-info/METADATA", f"Metadata-Version: 2.1\n{about}")
        archive.writestr("open_webui-0.12.4.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        for name, (wheel, content) in zip(DEPENDS, WHEELS.items(), strict=True):
            kept = changed.get(name, content)
            if kept is not None:
                archive.writestr(f"open_webui/frontend/pyodide/{wheel}", kept)
    return str(path)


def held(folder: Path) -> dict[str, bytes]:
    """All that lies in `folder`, hidden files too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()} if folder.exists() else {}


def only(*wheels: str) -> dict[str, bytes]:
    return {wheel: WHEELS[wheel] for wheel in wheels}


def test_a_package_brings_all_that_it_depends_on_and_nothing_else(place: Place, cdn: Cdn) -> None:
    runtime = place.collect("plot")
    assert held(place.cache) == only(ARRAY, SIX, DATES, PLOT)
    assert sorted(cdn.asked) == sorted([ARRAY, SIX, DATES, PLOT])
    assert set(runtime.files) == {ARRAY, SIX, DATES, PLOT, *CORE} - {LOCK}
    sizes = [runtime.files[name].stat().st_size for name in (ARRAY, SIX, DATES, PLOT)]
    assert runtime.weight("plot") == sum(sizes), "it depends on all the others"


def test_the_lock_is_cut_down_to_exactly_the_closure_and_otherwise_unchanged(place: Place) -> None:
    cut = json.loads(place.collect("plot", "six").lock)
    whole = json.loads((place.core / LOCK).read_bytes())
    assert cut == {"info": INFO, "packages": {name: whole["packages"][name] for name in CLOSURE}}


def test_without_packages_there_is_a_core_and_an_empty_lock(place: Place, cdn: Cdn) -> None:
    runtime = place.collect()
    assert json.loads(runtime.lock) == {"info": INFO, "packages": {}}
    assert set(runtime.files) == set(CORE) - {LOCK}
    assert cdn.asked == []


def test_the_second_time_no_source_is_asked(place: Place, cdn: Cdn) -> None:
    first = place.collect("plot")
    cdn.asked.clear()
    assert place.collect("plot") == first
    assert cdn.asked == []


def test_a_download_is_announced_with_its_size(place: Place, cdn: Cdn, capsys: pytest.CaptureFixture[str]) -> None:
    cdn.bodies[LONELY] = bytes(2_560_000)
    with pytest.raises(BuildError):
        place.collect("lonely")
    assert capsys.readouterr().out.startswith(f"fetching {LONELY} (2.6 MB)\n")


def test_a_wheel_put_into_the_cache_by_hand_is_taken_from_there(place: Place, cdn: Cdn) -> None:
    place.cache.mkdir()
    (place.cache / DATES).write_bytes(WHEELS[DATES])
    place.collect("dates")
    assert cdn.asked == [SIX]


def test_a_damaged_wheel_in_the_cache_is_dropped_and_fetched_again(
    place: Place, cdn: Cdn, capsys: pytest.CaptureFixture[str]
) -> None:
    place.cache.mkdir()
    (place.cache / SIX).write_bytes(WHEELS[SIX][:-1])
    place.collect("six")
    assert held(place.cache) == only(SIX)
    assert cdn.asked == [SIX]
    assert f"{place.cache / SIX} is damaged" in capsys.readouterr().out


def test_a_damaged_wheel_that_cannot_be_fetched_again_does_not_stay(place: Place, cdn: Cdn) -> None:
    place.cache.mkdir()
    (place.cache / SIX).write_bytes(b"damaged")
    cdn.status = 404
    with pytest.raises(BuildError):
        place.collect("six")
    assert held(place.cache) == {}


def test_a_wheel_with_the_wrong_hash_is_refused_and_leaves_nothing_behind(place: Place, cdn: Cdn) -> None:
    cdn.bodies[SIX] = b"another file"
    with pytest.raises(BuildError) as refused:
        place.collect("six")
    assert held(place.cache) == {}
    expected, got = sha256(WHEELS[SIX])[:12], sha256(b"another file")[:12]
    assert f"{cdn.address} sent {SIX} with sha256 {got}…, expected {expected}…" in str(refused.value)


def test_a_body_that_breaks_off_is_refused_and_leaves_nothing_behind(place: Place, cdn: Cdn) -> None:
    cdn.missing_bytes = 7
    with pytest.raises(BuildError) as refused:
        place.collect("six")
    assert held(place.cache) == {}
    size = len(WHEELS[SIX])
    assert f"broke off {SIX} after {size} of {size + 7} bytes" in str(refused.value)


@pytest.mark.parametrize(("status", "phrase"), [(404, "Not Found"), (500, "Internal Server Error")])
def test_an_http_error_is_told_with_its_status(place: Place, cdn: Cdn, status: int, phrase: str) -> None:
    cdn.status = status
    with pytest.raises(BuildError, match=f"answered {status} {phrase} for {SIX}"):
        place.collect("six")
    assert held(place.cache) == {}


def test_a_download_without_end_is_given_up(place: Place) -> None:
    with pytest.raises(BuildError, match="it took more than 0 s"):
        place.collect("six", patience=0)
    assert held(place.cache) == {}


def test_a_fault_in_one_wheel_keeps_the_good_ones(place: Place, cdn: Cdn) -> None:
    cdn.bodies[DATES] = b"another file"
    with pytest.raises(BuildError, match=f"^no source has {DATES}: "):
        place.collect("plot")
    assert held(place.cache) == only(ARRAY, PLOT, SIX)


def test_a_refused_connection_is_told_in_one_sentence_with_the_way_out(place: Place) -> None:
    nobody = f"http://127.0.0.1:{free_port()}/"
    with pytest.raises(BuildError) as refused:
        place.collect("plot", cdn=nobody)
    said = str(refused.value)
    assert said.startswith(f"no source has {ARRAY} (nor 3 more): {nobody} could not be reached (")
    assert "Connection refused" in said
    assert said.endswith(f"put the file of sha256 {sha256(WHEELS[ARRAY])[:12]}… into {place.cache} yourself")
    assert "\n" not in said


def test_a_silent_server_is_left_after_the_time_agreed(place: Place) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        started = time.monotonic()
        with pytest.raises(BuildError, match=r"could not be reached \(timed out\)"):
            place.collect("six", cdn=address, silence=0.1)
    assert 0.1 <= time.monotonic() - started < 3


def test_after_a_failed_connection_the_same_server_is_not_asked_again(place: Place, cdn: Cdn) -> None:
    cdn.hangs_up = True
    with pytest.raises(BuildError, match=r"\(nor 3 more\)"):
        place.collect("plot")
    assert cdn.asked == [ARRAY]


def test_the_carrier_gives_what_the_cdn_does_not_and_is_not_kept(
    place: Place, cdn: Cdn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    cdn.bodies[SIX] = b"another file"
    place.collect("plot", carrier=carrier(tmp_path))
    assert held(place.cache) == only(ARRAY, SIX, DATES, PLOT)
    assert list(scratch.iterdir()) == []
    assert f"{cdn.address} sent {SIX} with sha256" in capsys.readouterr().out


def test_a_carrier_that_lacks_one_wheel_and_spoils_another_gives_the_rest(
    place: Place, cdn: Cdn, tmp_path: Path
) -> None:
    cdn.hangs_up = True
    poor = carrier(tmp_path, array=None, dates=b"another file")
    with pytest.raises(BuildError) as refused:
        place.collect("plot", carrier=poor)
    assert held(place.cache) == only(SIX, PLOT)
    said = str(refused.value)
    assert said.startswith(f"no source has {ARRAY} (nor 1 more): {cdn.address} could not be reached (")
    assert f"), and {poor} has no open_webui/frontend/pyodide/{ARRAY}; " in said


def test_a_carrier_that_pip_cannot_get_is_told_beside_the_cdn(place: Place, cdn: Cdn, tmp_path: Path) -> None:
    cdn.status = 404
    absent = str(tmp_path / "absent-1.0-py3-none-any.whl")
    with pytest.raises(BuildError) as refused:
        place.collect("six", carrier=absent)
    said = str(refused.value)
    assert f"{cdn.address} answered 404 Not Found for {SIX}, and {absent} could not be downloaded with pip (" in said
    assert "\n" not in said
    assert held(place.cache) == {}


def test_a_package_that_pyodide_lacks_is_named_with_its_neighbours_before_anything_is_fetched(
    place: Place, cdn: Cdn
) -> None:
    with pytest.raises(BuildError, match=f"Pyodide {VERSION} has no package 'lonly'; expected lonely"):
        place.collect("six", "lonly")
    assert cdn.asked == []


def test_a_core_file_with_the_wrong_hash_is_refused(place: Place) -> None:
    (place.core / "pyodide.asm.wasm").write_bytes(b"another file")
    got, expected = sha256(b"another file")[:12], place.pins["pyodide.asm.wasm"][:12]
    with pytest.raises(BuildError, match=rf"pyodide\.asm\.wasm .* got sha256 {got}…, expected {expected}…"):
        place.collect()


def test_a_missing_core_file_is_named(place: Place) -> None:
    (place.core / LOCK).unlink()
    with pytest.raises(BuildError, match=f"{LOCK} is missing; delete site/node_modules"):
        place.collect()


def test_a_wheel_that_cannot_be_put_in_place_leaves_no_half_of_it(place: Place) -> None:
    (place.cache / SIX).mkdir(parents=True)
    with pytest.raises(BuildError, match=f"{SIX} could not be written"):
        place.collect("six")
    assert [path.name for path in place.cache.iterdir()] == [SIX]


def test_a_cache_that_cannot_be_a_folder_is_named(place: Place) -> None:
    place.cache.touch()
    with pytest.raises(BuildError, match=rf"{place.cache}.* could not be written \(File exists\)"):
        place.collect("six")


@pytest.mark.parametrize("hard_links", [True, False])
def test_the_folder_written_holds_core_wheels_and_the_cut_down_lock(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hard_links: bool
) -> None:
    if not hard_links:
        monkeypatch.setattr(Path, "hardlink_to", refuse)
    runtime = place.collect("dates")
    folder = tmp_path / "dist" / "runtime"
    write(runtime, folder)
    write(runtime, folder)
    kept = {name: name.encode() for name in CORE} | only(SIX, DATES) | {LOCK: runtime.lock}
    assert held(folder) == kept
    assert (folder / SIX).samefile(place.cache / SIX) is hard_links


def refuse(*_: object) -> None:
    raise OSError("this disk has no hard links")


def test_the_digest_is_of_names_and_content_and_not_of_places(tmp_path: Path) -> None:
    def runtime(folder: str, name: str, content: bytes, lock: bytes) -> Runtime:
        path = tmp_path / folder
        path.mkdir(exist_ok=True)
        (path / name).write_bytes(content)
        return Runtime({name: path / name}, lock)

    digest = runtime("here", "six.whl", b"six", b"{}").digest
    assert re.fullmatch("[0-9a-f]{10}", digest)
    assert runtime("there", "six.whl", b"six", b"{}").digest == digest
    others = {
        runtime("here", "seven.whl", b"six", b"{}").digest,
        runtime("here", "six.whl", b"seven", b"{}").digest,
        runtime("here", "six.whl", b"six", b"[]").digest,
    }
    assert len({digest, *others}) == 4


def test_the_version_pinned_here_is_the_one_in_package_json() -> None:
    package = json.loads((ROOT / "site" / "package.json").read_text())
    assert package["dependencies"]["pyodide"] == VERSION
    assert f"/v{VERSION}/" in DEFAULT.cdn


@pytest.mark.skipif(not (ROOT / "site/node_modules/pyodide").is_dir(), reason="npm's packages are not installed")
def test_the_pins_are_those_of_the_pyodide_that_npm_installs() -> None:
    runtime = collect([], core=ROOT / "site" / "node_modules" / "pyodide")
    assert set(runtime.files) == set(CORE) - {LOCK}
