from ffx.output.width import wrap_line


def test_a_pointer_to_help_stays_whole_and_the_line_around_it_is_broken() -> None:
    for pointer in ("ffx --help.", "ffx hit --help.", "ffx auth login --help.", "ffx help times."):
        line = (
            f"  If it is an ID all the same, put visitor, hit or diagnose before it. See {pointer}"
        )
        lines = wrap_line(line, 80).split("\n")
        assert lines[1:] == [f"  {pointer}"], pointer
        assert " ".join(each.strip() for each in lines) == line.strip(), pointer
        assert wrap_line(line, 120) == line, pointer


def test_a_line_with_a_command_to_paste_is_never_broken() -> None:
    line = (
        f"  Perhaps, and see ffx help times: ffx visitor {'a' * 27} --since 2d --event conversion"
    )
    assert wrap_line(line, 60) == line
