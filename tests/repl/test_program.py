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

    def spawn(*args, term="xterm-256color", config="--no-config", **variables):
        environment = dict(
            os.environ,
            PYTHONPATH=str(ROOT),
            XDG_STATE_HOME=str(tmp_path),
            XDG_CONFIG_HOME=str(tmp_path / "config"),
            TERM=term,
            NO_COLOR="1",
            PROMPT_TOOLKIT_NO_CPR="1",
        )
        child = pexpect.spawn(
            sys.executable,
            ["-m", "tcalc", *([config] if config else []), *args],
            env=environment | variables,
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


def test_step_shows_a_step_for_each_enter_until_q(start):
    child = start("-q")
    type_line(child, "x = tensor(2., requires_grad=True); y = (x * x).sin().exp()")
    child.expect(PROMPT)
    type_line(child, ":step y")
    child.expect(re.escape("1 of 4  %4 Exp"))
    child.expect("Enter: next step, q: leave")
    type_line(child, "")
    child.expect(re.escape("2 of 4  %3 Sin"))
    child.expect("Enter: next step, q: leave")
    type_line(child, "q")
    type_line(child, "6 * 7")
    child.expect(r"42\r")
    assert "3 of 4" not in child.before


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


def test_ctrl_c_on_an_empty_line_says_how_to_leave(start):
    child = start("-q")
    child.send("\x03")
    child.expect("Ctrl-D leaves")
    child.send(LEAVE)
    assert left(child) == 0


def test_undo_takes_an_input_back(start):
    child = start("-q")
    type_line(child, "x = zeros(2)")
    type_line(child, "x += 20.5; x.sum().item()")
    child.expect(r"41.0\r")
    type_line(child, ":undo")
    child.expect("undone: x")
    type_line(child, "x.sum().item() + 42")
    child.expect(r"42.0\r")


def test_up_recalls_inputs_that_begin_with_what_is_typed(start):
    child = start("-q")
    for text in ("40 + 2", "1 + 1"):
        type_line(child, text)
        child.expect(PROMPT)
    child.send("40\x1b[A\r")
    child.expect(r"42\r")


def test_a_suggestion_is_taken_at_the_end_of_the_line(start):
    child = start("-q")
    type_line(child, "print('4' + '2')")
    child.expect(r"42\r")
    child.send("pri")
    child.expect("nt")
    child.send("\x1b[C\r")
    child.expect(r"42\r")


def test_two_sessions_share_one_history(start):
    one, other = start("-q"), start("-q")
    for child, text in ((one, "40 + 2"), (other, "50 + 3")):
        type_line(child, text)
        child.expect(r"(42|53)\r")
        child.send(LEAVE)
        assert left(child) == 0
    third = start("-q")
    third.send("\x1b[A\r")
    third.expect(r"53\r")
    third.send("\x1b[A\x1b[A\r")
    third.expect(r"42\r")


def test_the_editor_gets_the_input_and_gives_it_back(start, tmp_path):
    editor = tmp_path / "editor"
    editor.write_text('#!/bin/sh\nsed -i s/1/42/ "$1"\n')
    editor.chmod(0o755)
    child = start("-q", EDITOR=str(editor), VISUAL=str(editor))
    child.send("1 + 0\x18\x05")
    child.expect(r"42 \+ 0")
    child.send("\r")
    child.expect(r"42\r")
    type_line(child, "a = 1 * 7")
    type_line(child, ":edit a")
    child.expect(r"a = 42 \* 7")
    type_line(child, "")
    type_line(child, "a")
    child.expect(r"294\r")


def test_vi_keys_edit_the_line(start):
    child = start("-q", "--key-mode", "vi")
    child.send("50 + 2")
    child.expect(re.escape("\x1b[6 q"))  # a bar where text is typed
    child.send("\x1b")
    child.expect(re.escape("\x1b[2 q"))  # a block where keys are commands
    child.send("0r4\r")
    child.expect(r"42\r")


def test_a_terminal_that_changes_its_size_is_drawn_anew(start):
    child = start("-q")
    child.send("40 +")
    child.setwinsize(20, 30)
    child.send(" 2\r")
    child.expect(r"42\r")
    type_line(child, "show(zeros(2, 40))")
    child.expect("┘")


def test_the_init_script_runs_when_a_session_starts(start, tmp_path):
    folder = tmp_path / "config" / "tcalc"
    folder.mkdir(parents=True)
    (folder / "init.tc").write_text("def answer(): return 42\n")
    child = start("-q", config="")
    type_line(child, "answer()")
    child.expect(r"42\r")


def test_a_session_that_was_killed_is_recovered_by_the_next(start):
    child = start("-q")
    type_line(child, "answer = 42")
    type_line(child, "answer + 0")
    child.expect(r"42\r")
    child.expect(PROMPT)
    child.kill(9)
    child.wait()
    again = start("-q")
    found = re.search(r":load (\S+)", again.before)
    type_line(again, f":load {found[1]}")
    again.expect(r"42\r")


def test_the_completion_menu_shows_kinds_and_goes_round(start):
    child = start("-q")
    type_line(child, "x = zeros(2, 3)")
    child.expect(PROMPT)
    child.send("x.sum(\t")
    child.expect("keepdim=")
    child.send("\t\x15")
    type_line(child, "6 * 7")
    child.expect(r"42\r")


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


def test_a_preview_does_not_outlive_its_input(start):
    child = start("-q")
    child.send("6 * 7")
    child.expect("42")  # below the input
    child.send("\x03")
    child.expect(PROMPT)
    child.send("nowhere")
    child.expect("nowhere")
    with pytest.raises(pexpect.TIMEOUT):
        child.expect("42", timeout=0.5)


def test_what_is_longer_than_the_screen_goes_through_the_pager(start):
    child = start("-q", PAGER="tail -n 3")
    child.setwinsize(20, 100)
    type_line(child, ":help")
    child.expect("leave .also Ctrl-D.")
    assert "Keys" not in child.before
    type_line(child, "6 * 7")
    child.expect(r"42\r")


def test_a_pager_that_is_not_there_is_no_loss(start):
    child = start("-q", PAGER="/nowhere/pager")
    type_line(child, ":help")
    child.expect("Keys")
    child.expect("leave .also Ctrl-D.")


def test_exit_leaves(start):
    child = start("-q")
    type_line(child, "exit()")
    assert left(child) == 0


def test_the_theme_of_the_prompt_changes_at_once(start):
    child = start("-q", NO_COLOR="", COLORTERM="")
    type_line(child, ":config theme light")
    child.expect(PROMPT)
    child.send("x = 3")
    child.expect("\x1b\\[0;31m=")  # yellow on a dark screen
