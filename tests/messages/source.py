"""The package as syntax: its functions, classes, and who calls what, by name and import."""

import ast
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

Function = ast.FunctionDef | ast.AsyncFunctionDef
Found = TypeVar("Found")
PACKAGE: Final = "xlsx_addin."


@dataclass(frozen=True, slots=True)
class Site:
    """A call, and where it stands."""

    module: str
    call: ast.Call
    function: Function | None
    owner: ast.ClassDef | None

    @property
    def place(self) -> str:
        return f"{self.module}:{self.call.lineno}"


@dataclass(frozen=True, slots=True)
class Assignment:
    """A text that is given to an object after it was made."""

    module: str
    target: ast.Attribute
    value: ast.expr
    function: Function | None


@dataclass(slots=True)
class Code:
    """What is looked up in the package.

    A name means what the module has or imports; else what all modules have by that name, as a
    method of an object does.
    """

    functions: dict[str, dict[str, Function]] = field(default_factory=lambda: defaultdict(dict))
    constants: dict[str, dict[str, ast.expr]] = field(default_factory=lambda: defaultdict(dict))
    classes: dict[str, dict[str, ast.ClassDef]] = field(default_factory=lambda: defaultdict(dict))
    named: dict[tuple[str, str], list[Function]] = field(default_factory=lambda: defaultdict(list))
    imports: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    sites: list[Site] = field(default_factory=list)
    assignments: list[Assignment] = field(default_factory=list)
    owners: dict[Function, ast.ClassDef] = field(default_factory=dict)
    outer: dict[Function, Function] = field(default_factory=dict)

    def function(self, name: str, module: str) -> Function | None:
        return self._meant(self.functions.get(name, {}), name, module)

    def constant(self, name: str, module: str) -> ast.expr | None:
        return self._meant(self.constants.get(name, {}), name, module)

    def classes_called(self, name: str, module: str) -> list[ast.ClassDef]:
        """Find the classes that a name may mean in a module."""
        own = self.classes.get(name, {})
        one = self._meant(own, name, module)
        return [one] if one is not None else [*own.values()]

    def module_called(self, name: str, module: str) -> str:
        """Give the module that a name means in a module, else the module itself."""
        return self.imports[module].get(name, module)

    def _meant(self, own: Mapping[str, Found], name: str, module: str) -> Found | None:
        if module in own:
            return own[module]
        imported = self.imports[module].get(name)
        if imported in own:
            return own[imported]
        return next(iter(own.values())) if len(own) == 1 else None

    def calls_of(self, name: str, module: str) -> Iterator[Site]:
        """Find the calls of a function that a module has."""
        for site in self.sites:
            if name_of(site.call) != name:
                continue
            if site.module == module or module not in self._own(name, site.module):
                yield site

    def _own(self, name: str, module: str) -> set[str]:
        """Give the modules of other functions that a call in this module would mean."""
        own = self.functions[name]
        return set(own) - {module} if module in own else set()

    def derived(self, root: str) -> set[str]:
        """Find a class and all that derive from it."""
        kinds = {root}
        while True:
            more = {
                name
                for name, found in self.classes.items()
                if any(base_names(one) & kinds for one in found.values())
            }
            if more <= kinds:
                return kinds
            kinds |= more


def read_code(sources: Mapping[str, str]) -> Code:
    """Read modules, by their names."""
    code = Code()
    for module, text in sources.items():
        tree = ast.parse(text)
        _add_constants(code, module, tree)
        _add_imports(code, module, tree, sources.keys())
        _walk(code, module, tree, None, None)
    return code


def sources_in(folder: Path) -> dict[str, str]:
    """Read the modules in a folder; each is called by its path in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.py"))
    }


def _add_constants(code: Code, module: str, tree: ast.Module) -> None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            code.constants[node.targets[0].id][module] = node.value
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            code.constants[node.target.id][module] = node.value


def _add_imports(code: Code, module: str, tree: ast.Module, modules: Collection[str]) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            path = (node.module or "").removeprefix(PACKAGE).replace(".", "/")
            for name in node.names:
                places = (f"{path}/{name.name}.py", f"{path}.py", f"{path}/__init__.py")
                found = next((one for one in places if one in modules), "")
                code.imports[module][name.asname or name.name] = found


def _walk(
    code: Code, module: str, node: ast.AST, function: Function | None, owner: ast.ClassDef | None
) -> None:
    for child in ast.iter_child_nodes(node):
        inner, mine = function, owner
        if isinstance(child, Function):
            code.functions[child.name][module] = child
            code.named[module, child.name].append(child)
            if owner is not None:
                code.owners[child] = owner
            if function is not None:
                code.outer[child] = function
            inner = child
        elif isinstance(child, ast.ClassDef):
            code.classes[child.name][module] = child
            inner, mine = None, child
        elif isinstance(child, ast.Call):
            code.sites.append(Site(module, child, function, owner))
        elif isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Attribute):
            code.assignments.append(Assignment(module, child.targets[0], child.value, function))
        _walk(code, module, child, inner, mine)


def name_of(call: ast.Call) -> str:
    """Give the last name of what is called."""
    called = call.func
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def base_names(one: ast.ClassDef) -> set[str]:
    """Give the last names of a class's bases."""
    return {
        base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "")
        for base in one.bases
    }


def is_property(function: Function) -> bool:
    """Tell whether a function is called by naming it."""
    return any(ast.unparse(one) == "property" for one in function.decorator_list)


def parameters(function: Function) -> list[str]:
    """List what a function takes, without the object that it belongs to."""
    arguments = function.args
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return [name for name in names if name not in ("self", "cls")]


def fields_of(one: ast.ClassDef) -> list[str]:
    """List what a class is made of: parameters of its `__init__`, else its annotated fields."""
    for node in one.body:
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            return parameters(node)
    return [
        node.target.id
        for node in one.body
        if isinstance(node, ast.AnnAssign)
        and isinstance(node.target, ast.Name)
        and "ClassVar" not in ast.unparse(node.annotation)
    ]


def default_of(function: Function, name: str) -> ast.expr | None:
    """Find the default of a parameter."""
    arguments = function.args
    placed = [*arguments.posonlyargs, *arguments.args]
    pairs = [
        *zip(reversed(placed), reversed(arguments.defaults), strict=False),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return next((value for one, value in pairs if one.arg == name), None)


def argument(call: ast.Call, name: str, names: Iterable[str]) -> ast.expr | None:
    """Find the argument of a call for one of the names of what is called."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    order = [*names]
    place = order.index(name) if name in order else len(call.args)
    given = call.args[: place + 1]
    if place < len(call.args) and not any(isinstance(one, ast.Starred) for one in given):
        return call.args[place]
    return None
