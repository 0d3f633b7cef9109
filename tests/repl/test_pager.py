import pytest

from tcalc.render.formats import Page
from tcalc.repl import pager


@pytest.mark.parametrize(
    ("text", "rows"),
    [("", 1), ("a\nb", 2), ("a" * 25, 3), ("a" * 20, 2), ("文" * 6, 2), ("\x1b[1maaaaa\x1b[0m", 1)],
)
def test_rows_count_what_a_screen_of_ten_columns_needs(text, rows):
    assert pager.rows(text, 10) == rows


@pytest.mark.parametrize(
    ("variable", "words"),
    [("less -S", ["less", "-S"]), ("", []), ("cat", []), ("'open", [])],
)
def test_the_user_names_the_pager(monkeypatch, variable, words):
    monkeypatch.setenv("PAGER", variable)
    assert pager.command() == words


def test_where_nothing_is_named_the_system_has_one(monkeypatch):
    monkeypatch.delenv("PAGER", raising=False)
    monkeypatch.setattr(pager.shutil, "which", lambda name: name if name == "more" else None)
    assert pager.command() == ["more"]
    monkeypatch.setattr(pager.shutil, "which", lambda name: None)
    assert pager.command() == []


def test_what_fits_or_does_not_scroll_away_needs_no_pager(monkeypatch):
    monkeypatch.setattr(pager, "_run", lambda words, text: pytest.fail("a pager was started"))
    assert not pager.show("a\n" * 10, Page(80, height=20))
    assert not pager.show("a\n" * 1000, Page(80))
