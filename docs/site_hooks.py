"""Brings files from outside docs/ into the site: pages of the project, and what pages in docs/ link to."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[1]
PAGES = ("CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages of the project, and each file outside docs/ that a page links to."""
    texts = (page.read_text(encoding="utf-8") for page in Path(config.docs_dir).glob("*.md"))
    linked = {link.removeprefix("../") for text in texts for link in LINK.findall(text) if link[:3] == "../"}
    for name in sorted({*PAGES, *linked}):
        files.append(File.generated(config, name, abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links lead to where the files are in the site, in which docs/ is the root."""
    outside = page.file.generated_by is not None
    here = posixpath.dirname(page.file.src_uri)
    folder = here if outside else posixpath.join("docs", here)

    def lead(link: re.Match[str]) -> str:
        target = posixpath.normpath(posixpath.join(folder, link[1])).removeprefix("docs/")
        return posixpath.relpath(target, here or ".")

    return LINK.sub(lead, markdown)
