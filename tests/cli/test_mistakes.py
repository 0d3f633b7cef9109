"""What the command says of programs with syntax errors in them."""

from __future__ import annotations


def headlines(err: str) -> list[str]:
    return [line for line in err.splitlines() if line.startswith(("error: ", "note: "))]


def test_all_mistakes_of_a_script_are_told_and_nothing_of_it_runs(tcalc, tmp_path) -> None:
    script = tmp_path / "script.tc"
    script.write_text("print('begun')\nx = (1\nif x = 2:\n    print x\nreturn x\n")
    outcome = tcalc(str(script))
    assert (outcome.status, outcome.out) == (1, "")
    assert headlines(outcome.err) == [
        "error: expected ')' to close '(' at line 2, column 5",
        "error: '=' cannot stand here, for it assigns",
        "error: print is a function",
        "error: 'return' outside function",
    ]


def test_the_statements_around_mistakes_run_if_the_program_is_to_go_on(tcalc) -> None:
    program = "1 + 1\nx x\n3 * 3\ny y\nnothing\n5"
    for outcome in (tcalc("-k", "-e", program), tcalc("-k", stdin=program)):
        assert (outcome.status, outcome.out) == (1, "2\n9\n5\n")
        assert headlines(outcome.err) == [
            "error: expected an operator between 'x' and 'x'",
            "error: expected an operator between 'y' and 'y'",
            "error: name 'nothing' is not defined",
        ]


def test_a_program_on_standard_input_runs_up_to_its_first_mistake(tcalc) -> None:
    outcome = tcalc(stdin="1 + 1\nx x\n3 * 3\ny y\n")
    assert (outcome.status, outcome.out) == (1, "2\n")
    assert headlines(outcome.err) == ["error: expected an operator between 'x' and 'x'"]


def test_of_very_many_mistakes_the_first_ten_are_told(tcalc) -> None:
    assert (
        headlines(tcalc("-e", "x x\n" * 999).err)[-1] == "note: there are at least 90 more mistakes"
    )
    told = headlines(tcalc("-e", "x x\n" * 14).err)
    assert told == ["error: expected an operator between 'x' and 'x'"] * 10 + [
        "note: there are 4 more mistakes"
    ]
