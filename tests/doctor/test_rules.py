"""Rules of Windows and Office that are in the way of the add-in."""

import pytest

from xlsx_addin.doctor.check import Health
from xlsx_addin.doctor.rules import check_rules

POLICIES = "SOFTWARE\\Policies\\Microsoft\\"
DEFENDER = f"{POLICIES}Windows Defender\\Windows Defender Exploit Guard\\ASR\\Rules"
CHILD_PROCESSES = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
EXCEL = f"{POLICIES}Office\\16.0\\Excel\\Security"


@pytest.mark.parametrize(
    ("key", "name", "value", "words"),
    [
        (f"HKEY_LOCAL_MACHINE\\{DEFENDER}", CHILD_PROCESSES, "1", "Microsoft Defender"),
        (f"HKEY_CURRENT_USER\\{EXCEL}", "DisableAllAddins", "1", "all add-ins"),
        (
            f"HKEY_CURRENT_USER\\{EXCEL}\\Trusted Locations",
            "AllLocationsDisabled",
            "1",
            "trust no folder",
        ),
    ],
)
def test_a_rule_that_is_set_is_named_with_what_to_ask_for(key, name, value, words):
    finding = check_rules(lambda *place: value if place == (key, name) else None)
    assert (finding.health, words in finding.message) == (Health.PROBLEM, True)
    assert finding.next_step.startswith("Ask your IT department for ")
    assert "xlsx-addin refresh" in finding.next_step


def test_a_rule_that_only_watches_is_not_in_the_way():
    assert (
        check_rules(lambda _key, name: "2" if name == CHILD_PROCESSES else None).health is Health.OK
    )


def test_without_rules_all_is_well():
    assert check_rules(lambda _key, _name: None).health is Health.OK
