"""Texts, pages, tables and folders of them → Reports.

`read_reports` is the way in, `read_text` for a text of your own; `clean_page` gives the article text of a
page, `find_furniture` the passages of a text that are not the report itself.
"""

from detente.read.build import MAX_BYTES, read_text
from detente.read.days import read_day
from detente.read.files import read_reports
from detente.read.furniture import find_furniture
from detente.read.pages import clean_page

__all__ = ["MAX_BYTES", "clean_page", "find_furniture", "read_day", "read_reports", "read_text"]
