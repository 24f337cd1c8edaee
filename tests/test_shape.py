"""The caps of CONTRIBUTING.md on size and shape. If one hurts, divide; do not raise it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
APPS = ("accounts", "ledger", "loyalty", "reporting", "rewards")
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc", "core", "manager"}
FUNCTION_LINES, FILE_LINES, TEMPLATE_LINES, POSITIONAL_ARGUMENTS = 50, 400, 150, 6


def sources() -> list[Path]:
    found = [path for app in (*APPS, "tests") for path in (ROOT / app).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def positional(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    names = [argument.arg for argument in (*function.args.posonlyargs, *function.args.args)]
    return len([name for name in names if name not in {"self", "cls"}])


def is_fixture_user(path: Path) -> bool:
    return path.is_relative_to(ROOT / "tests")


def test_files_fit_in_four_hundred_lines():
    long = {str(path.relative_to(ROOT)): lines for path in sources() if (lines := len(path.read_text().splitlines())) > FILE_LINES}

    assert long == {}


def test_functions_fit_on_a_screen():
    long = {
        f"{path.relative_to(ROOT)}:{function.name}": lines
        for path in sources()
        for function in functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES
    }

    assert long == {}


def test_functions_take_few_positional_arguments():
    wide = {
        f"{path.relative_to(ROOT)}:{function.name}": positional(function)
        for path in sources()
        for function in functions(path)
        if positional(function) > POSITIONAL_ARGUMENTS and not is_fixture_user(path)
    }

    assert wide == {}


def test_templates_fit_in_a_hundred_and_fifty_lines():
    templates = [path for folder in ("templates", *APPS) for path in (ROOT / folder).rglob("*.html")]

    long = {str(path.relative_to(ROOT)): lines for path in templates if (lines := len(path.read_text().splitlines())) > TEMPLATE_LINES}

    assert long == {}


@pytest.mark.parametrize("app", APPS)
def test_names_say_what_is_inside(app):
    vague = [str(path) for path in (ROOT / app).rglob("*") if path.stem in FORBIDDEN_NAMES and path.suffix in {"", ".py"}]

    assert vague == []
