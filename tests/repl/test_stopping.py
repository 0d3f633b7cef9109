"""Ctrl-C, SIGTERM and the sandbox, in a real terminal."""

import signal

import pytest
from test_program import left, start, type_line  # noqa: F401 -- start is the fixture

pexpect = pytest.importorskip("pexpect")
termios = pytest.importorskip("termios")

BUSY = [
    "[0 for i in range(10 ** 15) if i < 0]",
    "sum(range(10 ** 15))",
    "list(i for i in range(10 ** 15) if i < 0)",
    "time.sleep(1000)",
]


@pytest.mark.parametrize("options", [(), ("--sandbox",)])
def test_ctrl_c_stops_programs_and_the_session_goes_on(start, options):  # noqa: F811
    child = start("-q", *options)
    type_line(child, "answer = 41")
    for code in BUSY:
        type_line(child, f"print('go' + 'es'); {code}")
        child.expect("goes\r")
        child.sendintr()
        child.expect("interrupted")
    type_line(child, "answer + 1")
    child.expect(r"42\r")


def test_ctrl_c_puts_the_mode_of_a_with_back(start):  # noqa: F811
    child = start("-q")
    for line in ("with torch.no_grad():", "print('go' + 'es')", "while True: pass", "", ""):
        type_line(child, line)
    child.expect("goes\r")
    child.sendintr()
    child.expect("interrupted")
    type_line(child, "torch.is_grad_enabled(), 6 * 7")
    child.expect("True, 42")


def test_ctrl_c_stops_the_writing_of_a_large_result(start):  # noqa: F811
    child = start("-q")
    type_line(child, "print('all ' * 10 ** 6)")
    child.expect("all all all all")
    child.sendintr()
    child.expect("interrupted")
    type_line(child, "6 * 7")
    child.expect(r"42\r")


@pytest.mark.parametrize("busy", [False, True])
def test_sigterm_leaves_the_terminal_as_it_was(start, busy):  # noqa: F811
    child = start("-q")
    type_line(child, "[print('42') for i in range(1)];" + "time.sleep(1000)" * busy)
    child.expect(r"42\r")
    child.kill(signal.SIGTERM)
    child.expect(pexpect.EOF)
    assert termios.tcgetattr(child.child_fd)[3] & termios.ICANON
    assert left(child) == 128 + signal.SIGTERM


def test_a_sandbox_writes_and_reads_no_file(start, tmp_path):  # noqa: F811
    child = start("-q", "--sandbox")
    type_line(child, "6 * 7")
    child.expect(r"42\r")
    type_line(child, f":save {tmp_path}/mine")
    child.expect("this session has no access to files")
    type_line(child, ":load /etc/passwd")
    child.expect("this session has no access to files")
    type_line(child, ":edit")
    child.expect("this session has no access to files")
    child.send("\x18\x05\x1b!")  # the keys of an editor, and of a shell
    child.send("\x15")
    type_line(child, "40 + 1")
    child.expect(r"41\r")
    assert list(tmp_path.iterdir()) == []
