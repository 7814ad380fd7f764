"""The Pyodide that pages run: its core and the wheels that lessons import, each file known by its sha256."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import quote

from platformdirs import user_cache_path

from builder.node import run
from builder.problems import BuildError, shown

VERSION = "314.0.3"
LOCK = "pyodide-lock.json"
LIBRARY = "python_stdlib.zip"
CORE = {
    "pyodide.mjs": "5cfc46f5dcbaf2a16f26e2363f441873eb424762609cc03db00d6a2ace4d00e5",
    "pyodide.asm.mjs": "1a9775427ef6e8abaa7db88ece0515422d1886915ae5c9093776410c865dfd8d",
    "pyodide.asm.wasm": "e7f8fac36f8bf11085309cbc5c829b3ec3057c18bf1d73b05a6741612d63cdbf",
    LIBRARY: "444c770dfd75a32097fc0a7d5c1413fd3140601f49c3a1f2e9af0376fcd124b4",
    LOCK: "c963d22858f6bcb8f41586a2142f03905ab370c88ea22a86a2736e95fac2a8f3",
}
CARRIED = "open_webui/frontend/pyodide/"


@dataclass(frozen=True)
class Sources:
    """Where wheels come from, in the order of asking.

    `cache` is a folder, which may also be filled by hand; `cdn` the address that goes before a file's name;
    `carrier` what pip calls a distribution that holds the same files, or None. The CDN may be silent for
    `silence` seconds; one file of its, or the carrier, may take `patience` seconds.
    """

    cache: Path
    cdn: str
    carrier: str | None
    silence: float = 5.0
    patience: float = 600.0


DEFAULT = Sources(
    cache=user_cache_path("downhill") / "wheels",
    cdn=f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/",
    carrier="open-webui==0.12.4",
)


@dataclass(frozen=True)
class Runtime:
    """A whole Pyodide: verified files by name, and the lock that tells Pyodide of the wheels among them."""

    files: Mapping[str, Path]
    lock: bytes

    @property
    def digest(self) -> str:
        """Ten hexadecimal digits that change with any name or byte in here."""
        content = {name: _sha256(path.read_bytes()) for name, path in self.files.items()}
        content[LOCK] = _sha256(self.lock)
        return _sha256(json.dumps(content, sort_keys=True).encode())[:10]

    @property
    def core(self) -> Runtime:
        """The same without wheels."""
        files = {name: path for name, path in self.files.items() if name in CORE}
        return Runtime(files, json.dumps({**json.loads(self.lock), "packages": {}}).encode())

    def weight(self, package: str) -> int:
        """Bytes of the wheels of a package and of all that it depends on."""
        entries = json.loads(self.lock)["packages"]
        return sum(self.files[entries[name]["file_name"]].stat().st_size for name in closure([package], entries))


@dataclass(frozen=True)
class Wheel:
    """One file that the lock names, and the only content it may have."""

    name: str
    sha256: str


# What a source gives for a wheel: content, not yet verified, or a few words on why there is none.
Answer: TypeAlias = bytes | str


def collect(
    packages: Sequence[str], *, core: Path, pins: Mapping[str, str] = CORE, sources: Sources = DEFAULT
) -> Runtime:
    """Pyodide from the folder `core`, checked against `pins`, with `packages` and all that they depend on.

    Wheels that are not in the cache are fetched into it. Raises BuildError for a package that Pyodide lacks,
    a core file that is not the pinned one, and a wheel that no source has.
    """
    for name, sha256 in pins.items():
        _check_core(core / name, sha256)
    lock = json.loads((core / LOCK).read_bytes())
    entries = {name: lock["packages"][name] for name in closure(packages, lock["packages"])}
    wheels = [Wheel(entry["file_name"], entry["sha256"]) for entry in entries.values()]
    _fetch(wheels, sources)
    files = {name: core / name for name in pins if name != LOCK}
    files |= {wheel.name: sources.cache / wheel.name for wheel in wheels}
    return Runtime(files, json.dumps({**lock, "packages": entries}).encode())


def write(runtime: Runtime, folder: Path) -> None:
    """Put the whole of `runtime` into `folder`, which `loadPyodide` can then be pointed at."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in runtime.files.items():
        link(path, folder / name)
    (folder / LOCK).write_bytes(runtime.lock)


def _check_core(path: Path, sha256: str) -> None:
    remedy = "delete site/node_modules and build again"
    if not path.is_file():
        raise BuildError(f"{shown(path)} is missing; {remedy}")
    if (got := _sha256(path.read_bytes())) != sha256:
        raise BuildError(
            f"{shown(path)} is not the one of Pyodide {VERSION}: "
            f"got sha256 {got[:12]}…, expected {sha256[:12]}…; {remedy}"
        )


def closure(packages: Iterable[str], known: Mapping[str, Any]) -> list[str]:
    """`packages` and whatever they depend on, sorted."""
    found: set[str] = set()
    waiting = list(packages)
    while waiting:
        name = waiting.pop()
        if name not in known:
            near = " or ".join(get_close_matches(name, known)) or f"one that {LOCK} names"
            raise BuildError(f"Pyodide {VERSION} has no package {name!r}; expected {near}")
        if name not in found:
            found.add(name)
            waiting += known[name]["depends"]
    return sorted(found)


def _fetch(wheels: Iterable[Wheel], sources: Sources) -> None:
    """Bring every wheel into the cache, each from the first source that has it."""
    faults: dict[Wheel, list[str]] = {wheel: [] for wheel in wheels if not _cached(wheel, sources.cache)}
    for source, ask in ((sources.cdn, _ask_cdn), (sources.carrier, _ask_carrier)):
        if source is None or not faults:
            continue
        for wheel, answer in ask(source, list(faults), sources):
            if isinstance(answer, bytes) and (got := _sha256(answer)) != wheel.sha256:
                answer = f"sent {wheel.name} with sha256 {got[:12]}…, expected {wheel.sha256[:12]}…"
            if isinstance(answer, bytes):
                keep(answer, sources.cache / wheel.name)
                del faults[wheel]
            else:
                faults[wheel].append(f"{source} {answer}")
        for fault in dict.fromkeys(said[-1] for said in faults.values()):
            print(fault, flush=True)
    if faults:
        wheel, said = next(iter(faults.items()))
        more = f" (nor {len(faults) - 1} more)" if len(faults) > 1 else ""
        raise BuildError(
            f"no source has {wheel.name}{more}: {', and '.join(said)}; "
            "build again with a network that reaches one of them, "
            f"or put the file of sha256 {wheel.sha256[:12]}… into {sources.cache} yourself"
        )


def _cached(wheel: Wheel, cache: Path) -> bool:
    path = cache / wheel.name
    if not path.is_file():
        return False
    if _sha256(path.read_bytes()) == wheel.sha256:
        return True
    print(f"{path} is damaged, so it is dropped and fetched again", flush=True)
    path.unlink()
    return False


def _ask_cdn(cdn: str, wheels: Sequence[Wheel], sources: Sources) -> Iterator[tuple[Wheel, Answer]]:
    for position, wheel in enumerate(wheels):
        try:
            response = urllib.request.urlopen(cdn + quote(wheel.name), timeout=sources.silence)
        except urllib.error.HTTPError as error:
            error.close()
            yield wheel, f"answered {error.code} {error.reason} for {wheel.name}"
        except (OSError, http.client.HTTPException) as error:
            # The next file would only cost the same wait again.
            reason = getattr(error, "reason", error)
            yield from ((other, f"could not be reached ({reason})") for other in wheels[position:])
            return
        else:
            with response:
                yield wheel, _body(response, wheel.name, sources.patience)


def _body(response: http.client.HTTPResponse, name: str, patience: float) -> Answer:
    size = response.length or 0
    print(f"fetching {name} ({size / 1e6:.1f} MB)", flush=True)
    content = bytearray()
    end = time.monotonic() + patience
    try:
        while chunk := response.read1(1 << 16):
            content += chunk
            if time.monotonic() > end:
                raise TimeoutError(f"it took more than {patience:g} s")
    except (OSError, http.client.HTTPException) as error:
        return f"broke off {name} after {len(content)} of {size} bytes ({error})"
    # A body that ends too early is no error to http.client.
    if len(content) < size:
        return f"broke off {name} after {len(content)} of {size} bytes"
    return bytes(content)


def _ask_carrier(carrier: str, wheels: Sequence[Wheel], sources: Sources) -> Iterator[tuple[Wheel, Answer]]:
    print(f"asking pip for {carrier}, which holds the same wheels (106 MB, not kept)", flush=True)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    # Nothing of the carrier is ever run, so whether it suits this Python does not matter.
    command += ["--no-deps", "--only-binary=:all:", "--ignore-requires-python", "--no-cache-dir"]
    with tempfile.TemporaryDirectory(prefix="downhill-") as folder:
        try:
            run([*command, "--dest", folder, carrier], patience=sources.patience)
            archive = zipfile.ZipFile(next(Path(folder).iterdir()))
        except (BuildError, zipfile.BadZipFile) as error:
            reason = str(error).splitlines()[-1]
            yield from ((wheel, f"could not be downloaded with pip ({reason})") for wheel in wheels)
            return
        with archive:
            for wheel in wheels:
                yield wheel, _member(archive, CARRIED + wheel.name)


def _member(archive: zipfile.ZipFile, name: str) -> Answer:
    try:
        return archive.read(name)
    except KeyError:
        return f"has no {name}"
    except (OSError, zipfile.BadZipFile, zlib.error) as error:
        return f"has a damaged {name} ({error})"


def keep(content: bytes, path: Path) -> None:
    """Write `content` so that `path` holds all of it or does not exist."""
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            half.write_bytes(content)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)
    except OSError as error:
        raise BuildError(f"{path} could not be written ({error.strerror}); make room there") from error


def link(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:  # another disk, or one without hard links
        shutil.copyfile(source, target)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
