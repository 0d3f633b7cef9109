"""--each: code that runs on every record of standard input as it arrives."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("lines", "result"),
    [
        ("3 4\n", "tensor([3., 4.])"),
        ("3,4\n", "tensor([3., 4.])"),
        ("3\t4\n", "tensor([3., 4.])"),
        ("  3   4  \r\n", "tensor([3., 4.])"),
        ("3\n", "tensor([3.])"),
        ("3e0 inf nan\n", "tensor([3., inf, nan])"),
        ('"3",\n', "tensor([3., nan])"),
        ("3\t\t4\n", "tensor([3., nan, 4.])"),
        ("3 4 # five\n", "tensor([3., 4.])"),
        ("[3, 4]\n", "tensor([3, 4])"),
        ("[[1.5], [2]]\n", "tensor([[1.5000],\n        [2.0000]])"),
        ("tensor([3., 4.])\n", "tensor([3., 4.])"),
        ("tensor(3)\n", "tensor(3)"),
        ('{"shape": [1], "dtype": "int8", "data": [3]}\n', "tensor([3], dtype=torch.int8)"),
        ("3 4", "tensor([3., 4.])"),
        ("\ufeff3 4\n", "tensor([3., 4.])"),
    ],
)
def test_a_line_is_a_record_in_whatever_form_it_comes(tcalc: Run, lines: str, result: str) -> None:
    assert tcalc("--each", "-e", "x", stdin=lines) == (0, f"{result}\n", "")


def test_records_do_not_differ_in_dtype_by_their_digits(tcalc: Run) -> None:
    lines = "3 4\n1.5 2\n"
    assert tcalc("--each", "-e", "x.norm()", stdin=lines).out == "tensor(5.)\ntensor(2.5000)\n"
    words = ("--dtype", "float64", "--each", "-e", "x.dtype")
    assert tcalc(*words, stdin=lines).out == "torch.float64\n" * 2


def test_an_object_gives_its_members_by_name(tcalc: Run) -> None:
    lines = '{"w": [1.0, 2.0], "b": 3}\n{"w": [4.0], "b": 5}\n'
    assert (
        tcalc("--each", "-e", "(x.w * x.b).sum()", stdin=lines).out == "tensor(9.)\ntensor(20.)\n"
    )


def test_blank_lines_and_comments_are_no_records(tcalc: Run) -> None:
    assert tcalc("--each", "-e", "NR, x", stdin="\n# a\n7\n  \n8\n").out == (
        "(1, tensor([7.]))\n(2, tensor([8.]))\n"
    )


@pytest.mark.parametrize("header", ["a,b", "a b", "a\tb", '"a","b"'])
def test_a_header_is_kept_and_no_record(tcalc: Run, header: str) -> None:
    separator = "," if "," in header else "\t" if "\t" in header else " "
    lines = f"{header}\n1{separator}2\n"
    outcome = tcalc("--each", "-e", "stdin_header, x", stdin=lines)
    assert outcome.out == "(['a', 'b'], tensor([1., 2.]))\n"


def test_a_name_and_a_format_can_be_chosen(tcalc: Run) -> None:
    assert tcalc("-d", "row=-", "--each", "-e", "row", stdin="1 2\n").out == "tensor([1., 2.])\n"
    assert tcalc("-d", "r=csv:-", "--each", "-e", "r", stdin="1\n").out == "tensor([1.])\n"
    assert tcalc("-d", "r=json:-", "--each", "-e", "r + 1", stdin="1\n").out == "2\n"


def test_code_stands_before_on_and_after_the_records(tcalc: Run) -> None:
    words = ("-e", "s = 0", "--each", "-e", "s += x", "-e", "NR", "--end", "-e", "s / NR")
    assert tcalc(*words, stdin="1\n2\n6\n").out == "1\n2\n3\ntensor([3.])\n"


def test_without_records_only_the_code_around_them_runs(tcalc: Run) -> None:
    words = ("-e", "1", "--each", "-e", "2", "--end", "-e", "3")
    assert tcalc(*words, stdin="").out == "1\n3\n"


def test_a_script_can_run_on_each_record(tcalc: Run, tmp_path: Any) -> None:
    script = tmp_path / "script.tc"
    script.write_text("def f(v):\n    return v * int(argv[0])\nf(x)\n")
    out = tcalc("--each", str(script), "10", stdin="1\n2\n").out
    assert out == "tensor([10.])\ntensor([20.])\n"


@pytest.mark.parametrize(
    ("format", "out"),
    [
        ("csv", "2.0,4.0\n6.0,8.0\n"),
        ("tsv", "2.0\t4.0\n6.0\t8.0\n"),
        ("json", "[2.0, 4.0]\n[6.0, 8.0]\n"),
        ("none", ""),
    ],
)
def test_a_result_is_a_row_in_the_formats_of_tables(tcalc: Run, format: str, out: str) -> None:
    assert tcalc("-o", format, "--each", "-e", "x * 2", stdin="1 2\n3 4\n").out == out


def test_runs_can_be_joined_by_text_or_exactly_by_json_lines(tcalc: Run) -> None:
    first = tcalc("--each", "-e", "x / 3", stdin="1 2\n").out
    assert tcalc("--each", "-e", "x", stdin=first).out == first
    exact = tcalc("-o", "jsonl", "--each", "-e", "x / 3", stdin="1 2\n").out
    assert tcalc("-o", "jsonl", "--each", "-e", "x", stdin=exact).out == exact


def test_a_line_that_is_no_record_is_shown_with_its_place(tcalc: Run) -> None:
    status, out, err = tcalc("--each", "-e", "x", stdin="a,b\n1,2\n1,zwei\n3,4\n")
    assert (status, out) == (1, "tensor([1., 2.])\n")
    assert err == (
        "error: 'zwei' is not a number\n --> standard input:3:3\n  |\n3 | 1,zwei\n  |   ^\n"
    )


@pytest.mark.parametrize(
    ("line", "headline", "place"),
    [
        (b"1,2,3", "3 fields in this record, but 2 in the header", "3:1"),
        (b"word", "'word' is not a number", "3:1"),
        (b"1,\xff", "this is not UTF-8 text", "3:3"),
        (b"[1,", "not JSON: expecting value", "3:4"),
        (b"tensor([1", "the text ends within a tensor", "3:8"),
    ],
)
def test_each_kind_of_bad_line_has_its_words(
    tcalc: Run, line: bytes, headline: str, place: str
) -> None:
    err = tcalc("--each", "-e", "x", stdin=b"a,b\n1,2\n" + line + b"\n").err
    assert err.startswith(f"error: {headline}\n --> standard input:{place}\n")


def test_keep_going_leaves_the_bad_records_out(tcalc: Run) -> None:
    lines = "1\nx\n0\n4\n"
    words = ("-k", "-o", "csv", "-e", "y = 1", "--each", "-e", "y = 1 / int(x)", "-e", "y")
    status, out, err = tcalc(*words, stdin=lines)
    assert (status, out) == (1, "1.0\n0.25\n")  # and no value of the record before
    assert err.count("error:") == 2


def test_an_error_in_the_code_names_the_record(tcalc: Run) -> None:
    status, out, err = tcalc("--each", "-e", "1 / int(x[0])", stdin="1\n0\n5\n")
    assert (status, out) == (1, "1.0\n")
    assert " --> -e:1:5" in err or " --> -e:1:1" in err
    assert "  = note: x is line 2 of standard input: 0\n" in err


def test_a_result_that_the_format_cannot_hold_names_the_record(tcalc: Run) -> None:
    err = tcalc("-o", "csv", "--each", "-e", "'word'", stdin="1\n").err
    assert err.startswith("error: a str is not an array of numbers\n --> -e:1:1\n")
    assert "x is line 1 of standard input: 1" in err


def test_code_that_does_not_parse_reads_nothing(tcalc: Run) -> None:
    status, out, err = tcalc("-e", "1", "--each", "-e", "2", "-e", "x +", stdin="1\n")
    assert (status, out) == (1, "1\n")
    assert " --> -e (3):1:4" in err


def test_standard_input_is_no_data_beside_its_records(tcalc: Run) -> None:
    err = tcalc("--each", "-e", "stdin", stdin="1\n").err
    assert err.startswith("error: there are no data on standard input: it is read record by record")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--each",), "--each needs the code to run on each record"),
        (("-e", "x", "--each"), "--each needs the code to run on each record"),
        (("--each", "-"), "--each needs the code to run on each record"),
        (("--end", "-e", "x"), "--end comes after --each and its code"),
        (("--each", "--end", "-e", "x"), "--end comes after --each and its code"),
        (("-d", "a=-", "-d", "b=-", "--each", "-e", "a"), "as a or b"),
        (("-d", "a=npy:-", "--each", "-e", "a"), "not npy"),
    ],
)
def test_options_that_make_no_sense_together_are_wrong_usage(
    tcalc: Run, words: tuple[str, ...], message: str
) -> None:
    status, out, err = tcalc(*words, stdin="1\n")
    assert (status, out) == (2, "")
    assert message in err


def test_each_record_answers_before_the_next_one_arrives(talk: Run) -> None:
    with talk("--each", "-e", "x * 2", "-o", "json") as (stdin, stdout):
        for number in range(3):
            stdin.write(f"{number} 1\n".encode())
            assert json.loads(stdout.readline()) == [2.0 * number, 2.0]


def test_memory_does_not_grow_with_the_input(shell: Run) -> None:
    peak = "import resource as r; print(r.getrusage(r.RUSAGE_CHILDREN).ru_maxrss)"
    line = (
        "python - <<'EOF'\nimport subprocess\n"
        "subprocess.run('seq {count} | tcalc -o none --each -e x', shell=True, check=True)\n"
        f"{peak}\nEOF"
    )
    few, many = (int(shell(line.replace("{count}", count)).out) for count in ("10", "20000"))
    assert many < few + 2000  # kilobytes


def test_a_line_longer_than_any_buffer_is_one_record(tcalc: Run) -> None:
    line = " ".join(["1"] * 100_000)
    assert tcalc("--each", "-e", "len(x)", stdin=f"{line}\n{line}").out == "100000\n100000\n"
