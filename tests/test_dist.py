"""What is handed out: wheel and source archive install and work, the site builds, with nothing from afar."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

from detente import __version__

ROOT = Path(__file__).parents[1]
SENTENCE = "Iran turned down the offer of Iraq on Monday."


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source archive."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-d", str(folder)], cwd=ROOT, check=True)
    return folder


@pytest.mark.parametrize("pattern", ["*.whl", "*.tar.gz"])
def test_it_installs_and_works(built: Path, tmp_path: Path, pattern: str) -> None:
    """In a fresh environment that borrows the dependencies, not detente, from this one."""
    (made,) = built.glob(pattern)
    venv.create(tmp_path / "venv", with_pip=False)
    python = str(tmp_path / "venv" / "bin" / "python")
    (site,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    install = f"--quiet --no-deps --no-index --no-build-isolation --target {site}".split()
    subprocess.run([sys.executable, "-m", "pip", "install", *install, str(made)], check=True)
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib"))

    def run(*arguments: str, given: str = "") -> str:
        command = [python, "-I", "-m", "detente", *arguments]
        done = subprocess.run(
            command, input=given, capture_output=True, text=True, cwd=tmp_path, check=True, timeout=120
        )
        return done.stdout

    where = "import detente; print(detente.__file__)"
    found = subprocess.run([python, "-I", "-c", where], capture_output=True, text=True, check=True)
    assert found.stdout.startswith(str(site))
    assert run("--version") == f"detente {__version__}\n"
    assert '"type": "REJECT"' in run("code", "-", "--published", "2013-07-05", given=SENTENCE)
    assert "12 REJECT" in run("code", "-", "--ontology", "cameo-roots", "--format", "table", given=SENTENCE)
    assert (site / "detente" / "examples" / "korea").is_dir()


def test_only_what_belongs_there_is_packed(built: Path) -> None:
    (wheel,), (archive,) = built.glob("*.whl"), built.glob("*.tar.gz")
    assert {name.partition("/")[0] for name in ZipFile(wheel).namelist()} == {
        "detente",
        f"detente-{__version__}.dist-info",
    }
    with tarfile.open(archive) as opened:
        inside = {name.split("/")[1] for name in opened.getnames() if "/" in name}
    assert {"detente", "examples", "docs", "LICENSE", "README.md", "pyproject.toml"} <= inside
    assert not inside & {"corpus", "tests", "training", ".venv"}


def test_the_site_builds_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    pytest.importorskip("mkdocs")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = sorted(tmp_path.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        loaded = re.findall(
            r"<(?:script|img|link|iframe)\b[^>]*?(?:src|href)=\"?(https?:[^\" >]+)", page.read_text()
        )
        assert [address for address in loaded if "example.org" not in address] == [], page.name


def test_the_citation_is_of_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (citation["version"], citation["license"]) == (__version__, "MIT")


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml")))
def test_forms_for_issues_are_whole(path: Path) -> None:
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert {"name", "description", "body"} <= set(form)
    assert all(field["attributes"]["label"] for field in form["body"])
