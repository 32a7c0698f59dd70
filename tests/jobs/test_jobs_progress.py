from collections import Counter
from dataclasses import dataclass, field, replace

from xlsx_addin.core.answers import Answer
from xlsx_addin.core.line_items import LineItem
from xlsx_addin.core.outcomes import Failure, Status

LINES = [LineItem(f"111-00000{n:02}-0000000", f"922588825441{n:02}", "XWwj") for n in range(60)]


@dataclass
class Watcher:
    told: list = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)

    def begin(self, line_items):
        self.told.append(("begin", line_items))

    def advance(self, line_items):
        self.told.append(("advance", line_items))

    def count(self, statuses):
        self.statuses.update(statuses)

    def end(self):
        self.told.append(("end",))

    def say(self, sentence):
        self.told.append(("say", sentence))


def test_a_refresh_tells_how_far_it_is(run, tools, make_book):
    watcher = Watcher()
    book = make_book(LINES)
    run(book, with_tools=replace(tools, progress=watcher))
    assert watcher.told == [
        ("begin", 60),
        ("advance", 25),
        ("advance", 25),
        ("advance", 10),
        ("end",),
        ("say", f"Saving {book.name}"),
    ]


def test_a_refresh_counts_the_status_words_as_answers_come(run, source, tools, make_book):
    source.answers[LINES[0]] = Answer(())
    source.answers[LINES[30]] = Failure(Status.FAILED, "Amazon had a fault.")
    watcher = Watcher()
    report = run(make_book(LINES), with_tools=replace(tools, progress=watcher))
    expected = {Status.FOUND: 58, Status.NO_INVOICE_YET: 1, Status.FAILED: 1}
    assert watcher.statuses == expected
    assert {one: count for one, count in report.statuses.items() if count} == expected
