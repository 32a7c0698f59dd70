"""The ribbon: valid for Excel 2007 and for all after it, and every button has its macro."""

import re
from collections import Counter

import pytest
from lxml import etree

from tests.templates.conftest import ADD_IN, WITH_BUTTON, modules_of, names, part, subs_of

OLD, NEW = "customUI/customUI.xml", "customUI/customUI14.xml"
NAMESPACES = {
    OLD: "http://schemas.microsoft.com/office/2006/01/customui",
    NEW: "http://schemas.microsoft.com/office/2009/07/customui",
}
RELATIONS = {
    OLD: "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility",
    NEW: "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility",
}

# What [MS-CUSTOMUI] and [MS-CUSTOMUI2] allow of what we use: children, attributes, lengths.
CHILDREN = {
    "customUI": {"ribbon"},
    "ribbon": {"tabs"},
    "tabs": {"tab"},
    "tab": {"group"},
    "group": {"button"},
    "button": set(),
}
ATTRIBUTES = {
    "customUI": set(),
    "ribbon": set(),
    "tabs": set(),
    "tab": {"id", "label", "keytip"},
    "group": {"id", "label"},
    "button": {
        *("id", "label", "size", "imageMso", "keytip"),
        *("screentip", "supertip", "onAction"),
    },
}
LONGEST = {"id": 1024, "label": 1024, "screentip": 1024, "supertip": 1024, "keytip": 3}
LONGEST |= {"imageMso": 1024, "onAction": 1024, "size": 6}
SHAPES = {"id": r"[A-Za-z_][\w.-]*", "keytip": r"[A-Z0-9]+", "size": "normal|large"}
SHAPES |= {"onAction": r"\w+\.\w+", "imageMso": r"\w+"}

BUTTONS = {
    "Refresh": [
        "Refresh invoices",
        "Refresh selection",
        "Refresh everything again",
        "Month-end check",
        "Undo last refresh",
    ],
    "Data": ["Import transactions", "Add missing IDs", "Payment status", "Invoice PDFs"],
    "Formulas": ["Refresh formulas"],
    "Account": ["Sign in and settings", "Help and about"],
}


@pytest.fixture(params=[OLD, NEW])
def ribbon(request):
    return etree.fromstring(part(ADD_IN, request.param))


def local(element) -> str:
    return etree.QName(element).localname


def every(ribbon, name: str) -> list:
    return [element for element in ribbon.iter("{*}*") if local(element) == name]


@pytest.mark.parametrize("name", [OLD, NEW])
def test_both_parts_are_in_their_namespace_and_related_to_the_package(name):
    ribbon = etree.fromstring(part(ADD_IN, name))
    assert {etree.QName(one).namespace for one in ribbon.iter("{*}*")} == {NAMESPACES[name]}
    relations = etree.fromstring(part(ADD_IN, "_rels/.rels"))
    assert [one.get("Type") for one in relations if one.get("Target") == name] == [RELATIONS[name]]
    assert len({one.get("Id") for one in relations}) == len(relations)


def test_both_parts_say_the_same():
    old, new = part(ADD_IN, OLD), part(ADD_IN, NEW)
    assert old.replace(NAMESPACES[OLD].encode(), NAMESPACES[NEW].encode()) == new


def test_only_the_add_in_has_a_ribbon():
    assert not any(name.startswith("customUI") for name in names(WITH_BUTTON))


def test_elements_and_attributes_are_those_that_office_knows(ribbon):
    for element in ribbon.iter("{*}*"):
        assert {local(child) for child in element} <= CHILDREN[local(element)]
        assert set(element.attrib) <= ATTRIBUTES[local(element)]
        for name, value in element.attrib.items():
            assert 0 < len(value) <= LONGEST[name]
            assert re.fullmatch(SHAPES.get(name, ".+"), value)


def test_ids_are_unique_and_so_are_the_keys_of_the_tab(ribbon):
    for name, elements in (("id", [*ribbon.iter("{*}*")]), ("keytip", every(ribbon, "button"))):
        values = Counter(one.get(name).lower() for one in elements if one.get(name))
        assert set(values.values()) == {1}


def test_the_tab_has_its_groups_and_buttons(ribbon):
    (tab,) = every(ribbon, "tab")
    assert tab.get("label") == "Amazon Business"
    found = {one.get("label"): [button.get("label") for button in one] for one in tab}
    assert found == BUTTONS
    large = [one.get("label") for one in every(ribbon, "button") if one.get("size") == "large"]
    assert large == ["Refresh invoices", "Import transactions"]


def test_every_button_explains_itself(ribbon):
    for button in every(ribbon, "button"):
        assert set(button.keys()) >= {"label", "screentip", "supertip", "imageMso", "keytip"}
        assert button.get("supertip").endswith(".")
        assert len(button.get("supertip")) > len(button.get("label"))


def test_every_button_calls_a_sub_for_ribbons_and_every_such_sub_has_a_button(ribbon):
    modules = modules_of(ADD_IN)
    called = [button.get("onAction").split(".") for button in every(ribbon, "button")]
    assert {module for module, _ in called} == {"XlsxAddinRibbon"}
    subs = subs_of(modules["XlsxAddinRibbon"])
    assert [name for _, name in called] == list(subs)
    assert set(subs.values()) == {"control As IRibbonControl"}


def test_the_add_in_is_one_to_excel_and_stays_hidden():
    types = etree.fromstring(part(ADD_IN, "[Content_Types].xml"))
    (main,) = [one.get("ContentType") for one in types if one.get("PartName") == "/xl/workbook.xml"]
    assert main == "application/vnd.ms-excel.addin.macroEnabled.main+xml"
    workbook = etree.fromstring(part(ADD_IN, "xl/workbook.xml"))
    assert workbook.find(".//{*}workbookView").get("visibility") == "hidden"


def test_a_workbook_with_macros_is_one_to_excel():
    types = etree.fromstring(part(WITH_BUTTON, "[Content_Types].xml"))
    found = {one.get("PartName", one.get("Extension")): one.get("ContentType") for one in types}
    assert found["/xl/workbook.xml"] == "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    assert found["bin"] == "application/vnd.ms-office.vbaProject"
    relations = etree.fromstring(part(WITH_BUTTON, "xl/_rels/workbook.xml.rels"))
    targets = {one.get("Type").rpartition("/")[2]: one.get("Target") for one in relations}
    assert targets["vbaProject"] == "vbaProject.bin"
