"""The steps of the self-test on the host in memory: they succeed where all is well."""

FORMULAS = ("formula spill", "formula cells", "recalculation")


def test_all_is_well(run):
    result = run()
    assert result.failed == []
    for name in ("add-in", *FORMULAS):
        assert result.words[name] == "skipped"
    for name in result.done.keys() - {"add-in", *FORMULAS}:
        assert result.words[name] == "ok", result[name]
