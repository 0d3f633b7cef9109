"""The real program in a real terminal."""

import os
import re
import sys
from pathlib import Path

import pytest

pexpect = pytest.importorskip("pexpect")

ROOT = Path(__file__).parents[2]
PROMPT = ">"
LEAVE = "\x04"


@pytest.fixture
def start(tmp_path):
    started = []

    def spawn(*args, term="xterm-256color"):
        environment = dict(
            os.environ,
            PYTHONPATH=str(ROOT),
            XDG_STATE_HOME=str(tmp_path),
            TERM=term,
            NO_COLOR="1",
            PROMPT_TOOLKIT_NO_CPR="1",
        )
        child = pexpect.spawn(
            sys.executable,
            ["-m", "tcalc", "--no-config", *args],
            env=environment,
            cwd=tmp_path,
            encoding="utf-8",
            dimensions=(40, 100),
            timeout=60,
        )
        child.expect(PROMPT)
        started.append(child)
        return child

    yield spawn
    for child in started:
        child.close(force=True)


def type_line(child, text):
    child.send(text)
    child.send("\r")


def left(child):
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus


def test_an_expression_shows_its_value_and_ctrl_d_leaves(start):
    child = start("-q")
    type_line(child, "6 * 7")
    child.expect(r"42\r")
    child.send(LEAVE)
    assert left(child) == 0


def test_a_tensor_is_drawn_as_a_grid(start):
    child = start("-q")
    type_line(child, "arange(6).reshape(2, 3)")
    child.expect(re.escape("[2, 3] · int64 · 48 bytes"))
    child.expect("┌ +0 +1 +2 ┐")
    child.expect("0 │ +0 +1 +2 │")
    child.expect("1 │ +3 +4 +5 │")


def test_the_banner_is_one_line_and_quiet_has_none(start):
    assert "tcalc" in start().before
    assert "tcalc" not in start("-q").before


def test_a_block_is_indented_and_runs_after_a_blank_line(start):
    child = start("-q")
    type_line(child, "def double(x):")
    type_line(child, "return x * 2")
    type_line(child, "")
    type_line(child, "double(21)")
    child.expect(r"42\r")


def test_a_syntax_error_keeps_the_text_for_mending(start):
    child = start("-q")
    type_line(child, "40 + )")
    child.expect("<- ")
    child.send("\x042\r")  # the cursor stands on the bracket, which Ctrl-D deletes
    child.expect(r"42\r")


def test_an_error_leaves_the_session_running(start):
    child = start("-q")
    type_line(child, "answer = 42")
    type_line(child, "nowhere")
    child.expect("error: name 'nowhere' is not defined")
    type_line(child, "answer")
    child.expect(r"42\r")


def test_a_pasted_cell_waits_for_enter(start):
    child = start("-q")
    child.send("\x1b[200~x = 40\ny = 2\nx + y\x1b[201~")
    child.send("\r")
    child.expect(r"42\r")


def test_a_pasted_transcript_loses_its_prompts(start):
    child = start("-q")
    child.send("\x1b[200~>>> x = 40\n>>> x\n40\n>>> x + 2\x1b[201~")
    child.send("\r")
    child.expect(r"42\r")


def test_ctrl_c_clears_the_line_and_interrupts_a_program(start):
    child = start("-q")
    child.send("nonsense\x03")
    child.expect(PROMPT)
    type_line(child, "for i in range(10 ** 12): print('tick') if i == 0 else None")
    child.expect("tick\r")
    child.sendintr()
    child.expect("interrupted")
    type_line(child, "6 * 7")
    child.expect(r"42\r")


def test_tab_completes(start):
    child = start("-q")
    child.send("softm\t")
    child.expect("softm")  # what Tab adds is drawn with it or a moment later
    child.expect("ax")
    child.send("\x15")
    type_line(child, "6 * 7")
    child.expect(r"42\r")


def test_history_outlives_the_session(start):
    child = start("-q")
    type_line(child, "40 + 2")
    child.expect(r"42\r")
    child.send(LEAVE)
    assert left(child) == 0
    again = start("-q")
    again.send("\x1b[A")
    again.expect(r"40 \+ 2")
    again.send("\r")
    again.expect(r"42\r")


def test_ctrl_r_finds_an_earlier_line(start):
    child = start("-q")
    type_line(child, "40 + 2")
    child.expect(r"42\r")
    child.send("\x120 +\r\r")
    child.expect(r"42\r")


def test_quit_leaves(start):
    child = start("-q")
    type_line(child, ":quit")
    assert left(child) == 0


def test_a_dumb_terminal_gets_plain_lines(start):
    child = start("-q", term="dumb")
    child.sendline("for i in range(2):")
    child.expect(r"\. ")
    child.sendline("    print(i + 41)")
    child.expect(r"\. ")
    child.sendline("")
    child.expect("41\r\n42\r\n> ")
    assert "\x1b" not in child.before
    child.sendeof()
    assert left(child) == 0


def test_what_an_input_would_give_stands_below_it_while_it_is_typed(start):
    child = start("-q")
    type_line(child, "x = zeros(3, 4)")
    child.send("x @ ones(4, 5)")
    child.expect(re.escape("float32 [3, 5] · 60 bytes"))
    child.send("\x15softmax(x, ")
    child.expect(re.escape("softmax(x: tensor, dim: axis"))


def test_a_hole_answers_with_what_fits(start):
    child = start("-q")
    type_line(child, "x = zeros(3, 4)")
    type_line(child, "x @ ?")
    child.expect(re.escape("? is float32 [4, n] or [4]"))
    child.expect(re.escape("x.T fits: gives float32 [3, 3]"))
