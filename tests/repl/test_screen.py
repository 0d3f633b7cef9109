from tcalc.lang.session import Session
from tcalc.repl.screen import MOST_TEXT, MOST_TOGETHER
from tcalc.repl.shell import Shell


def test_of_a_flood_the_beginning_is_remembered(plain, capsys):
    shell = Shell(Session(), plain())
    shell.handle("for i in range(50000): print('line', i)")
    (entry,) = shell.screen.entries
    text = "".join(entry.shown)
    assert text.startswith("line 0\nline 1\n")
    assert text.endswith(" ...\n")
    assert len(text) < MOST_TEXT + 10


def test_the_oldest_of_many_floods_are_forgotten(plain, capsys):
    shell = Shell(Session(), plain())
    for _ in range(120):
        shell.handle("print('x' * 100000)")
    assert sum(entry.size for entry in shell.screen.entries) <= MOST_TOGETHER + MOST_TEXT + 10
    assert len(shell.screen.entries) > 90


def test_a_large_result_is_written_piece_by_piece_and_remembered_in_part(plain, capsys):
    shell = Shell(Session(), plain(output="json"))
    shell.handle("zeros(300, 300)")
    assert capsys.readouterr().out.startswith("[[0.0, 0.0")
    (entry,) = shell.screen.entries
    assert "".join(entry.shown).startswith("[[0.0, 0.0")
    assert entry.size < MOST_TEXT + 10
