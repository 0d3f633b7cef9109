from tcalc.repl.history import ReplHistory


def loaded(path):
    return list(ReplHistory(path).load_history_strings())


def test_kept_programs_come_back_newest_first_each_once(tmp_path):
    path = tmp_path / "state" / "history"
    history = ReplHistory(path)
    for text in ("a = 1", "b = 2", "a = 1", "def f():\n    return 'é'"):
        history.keep(text)
    assert loaded(path) == ["def f():\n    return 'é'", "a = 1", "b = 2"]


def test_a_program_is_in_the_file_as_soon_as_it_is_kept(tmp_path):
    path = tmp_path / "history"
    ReplHistory(path).keep("x")
    assert path.read_text() == '"x"\n'


def test_what_was_only_typed_is_recalled_but_not_kept(tmp_path):
    history = ReplHistory(tmp_path / "history")
    history.append_string("1 +")
    assert history.get_strings() == ["1 +"]
    assert loaded(history.path) == []


def test_repeating_a_line_adds_it_once(tmp_path):
    history = ReplHistory(tmp_path / "history")
    for text in ("x", "x", "y", "x", "  "):
        history.append_string(text)
    assert history.get_strings() == ["x", "y", "x"]


def test_a_damaged_file_loses_only_its_damaged_lines(tmp_path):
    path = tmp_path / "history"
    path.write_text('"good"\n"half\n3\n')
    assert loaded(path) == ["good"]


def test_a_folder_that_cannot_be_written_does_not_matter(tmp_path):
    (tmp_path / "file").write_text("")
    history = ReplHistory(tmp_path / "file" / "history")
    history.keep("x")
    assert history.path is None
