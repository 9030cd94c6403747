"""Holds printed formulas against independent algebra: interval arithmetic, Python's own grammar, sympy's expand.

usage: oracle_test.py PROGRAM, where PROGRAM is oracle_driver.
- The text means in Python's grammar what carve computed: carve's values lie in the interval that mpmath proves.
- LaTeX and MathML, read by the small readers below, have the same value as the text.
- A normal form is, monomial by monomial, what sympy's expand gives.
- A derivative has the value of sympy's.
"""
import ast
import math
import operator
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

try:
    import sympy
    from mpmath import iv, mp
except ImportError:
    print("skipped: needs python3-sympy")
    sys.exit(77)

COMPARE = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
           ast.Eq: operator.eq, ast.NotEq: operator.ne}
BINARY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def evaluate(text, number, name, power, compare, functions):
    """Walks Python's syntax tree of `text`; what the parts mean is up to the caller."""
    def walk(node):
        if isinstance(node, ast.Constant):
            return number(node.value)
        if isinstance(node, ast.Name):
            return name(node.id)
        if isinstance(node, ast.UnaryOp):
            return -walk(node.operand)
        if isinstance(node, ast.Call):
            return functions[node.func.id](*[walk(each) for each in node.args])
        if isinstance(node, ast.Compare):
            return compare(type(node.ops[0]), walk(node.left), walk(node.comparators[0]))
        if isinstance(node.op, ast.Pow):
            return power(walk(node.left), walk(node.right), node.right)
        return BINARY[type(node.op)](walk(node.left), walk(node.right))
    return walk(ast.parse(text.replace("^", "**").strip(), mode="eval").body)


def whole(node):
    """The whole number a literal exponent is, or None."""
    sign = 1
    if isinstance(node, ast.UnaryOp):
        node, sign = node.operand, -1
    if isinstance(node, ast.Constant) and node.value == int(node.value) and node.value <= 64:
        return sign * int(node.value)
    return None


class Undefined(Exception):
    pass


def interval(text, point, bits):
    """All values that roundings to `bits` bits can lead to."""
    iv.prec = bits

    def log(a):
        if not a.a > 0:
            raise Undefined
        return iv.log(a)

    def exp(a):
        if not (a.a > -80 and a.b < 80):  # results near the ends of float's range are another test's matter
            raise Undefined
        return iv.exp(a)

    def power(a, b, node):
        n = whole(node)
        if n is None:
            return exp(b * log(a))
        result = iv.mpf(1)
        for _ in range(abs(n)):
            result = result * a
        return divide(iv.mpf(1), result) if n < 0 else result

    def divide(a, b):
        if b.a <= 0 <= b.b:
            raise Undefined
        return a / b

    def compare(kind, a, b):
        ends = {COMPARE[kind](p, q) for p in (a.a, a.b) for q in (b.a, b.b)}
        if kind in (ast.Eq, ast.NotEq) and not (a.a == a.b and b.a == b.b) and a.a <= b.b and b.a <= a.b:
            ends = {True, False}
        return iv.mpf([0 if False in ends else 1, 1 if True in ends else 0])

    def tanh(a):
        if not (a.a > -30 and a.b < 30):
            raise Undefined
        e = iv.exp(2 * a)
        return 1 - 2 / (e + 1)

    def sqrt(a):
        if not a.a >= 0:
            raise Undefined
        return iv.sqrt(a)

    def absolute(a):
        return iv.mpf([0 if a.a <= 0 <= a.b else min(abs(a.a), abs(a.b)), max(abs(a.a), abs(a.b))])

    BINARY[ast.Div] = divide
    try:
        return evaluate(text, iv.mpf, lambda n: iv.mpf(point[n]), power, compare, {
            "exp": exp, "log": log, "tanh": tanh, "sqrt": sqrt, "abs": absolute,
            "min": lambda a, b: iv.mpf([min(a.a, b.a), min(a.b, b.b)]),
            "max": lambda a, b: iv.mpf([max(a.a, b.a), max(a.b, b.b)])})
    finally:
        BINARY[ast.Div] = operator.truediv


def plain(text, point):
    """The value in Python's floats, or None where it has none."""
    def power(a, b, _):
        if a < 0 and b != int(b):
            raise ValueError("complex")
        return a ** b
    try:
        value = evaluate(text, float, lambda n: point[n], power,
                         lambda kind, a, b: float(COMPARE[kind](a, b)),
                         {"exp": math.exp, "log": math.log, "tanh": math.tanh, "sqrt": math.sqrt, "abs": abs,
                          "min": min, "max": max})
    except (ArithmeticError, ValueError):
        return None
    return value if isinstance(value, float) and math.isfinite(value) else None


def braces(text, start):
    """The content of the braces that open at `start`, and where they end."""
    assert text[start] == "{", text[start:]
    depth = 0
    for i in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[i], 0)
        if depth == 0:
            return text[start + 1:i], i + 1
    raise ValueError("braces are not balanced: " + text)


def from_latex(text):
    """The formula in Python's grammar that the LaTeX of carve spells."""
    text = re.sub(r"([0-9.]+) \\times 10\^\{(-?\d+)\}", r"\1e\2", text)
    result, i = "", 0
    while i < len(text):
        if text.startswith("\\frac", i):
            above, i = braces(text, i + 5)
            below, i = braces(text, i)
            result += f"(({from_latex(above)})/({from_latex(below)}))"
        elif text.startswith("\\sqrt", i):
            inner, i = braces(text, i + 5)
            result += f"sqrt({from_latex(inner)})"
        elif text[i] == "^":
            inner, i = braces(text, i + 1)
            result += f"**({from_latex(inner)})"
        elif text[i] == "_":
            inner, i = braces(text, i + 1)
            inner = inner.replace("\\mathrm{", "").replace("}", "")
            result += inner if inner.isdigit() else "_" + inner
        else:
            for seen, written in (("\\left|", "abs("), ("\\right|", ")"), ("\\left", ""), ("\\right", ""), ("\\le", "<="),
                                  ("\\ge", ">="), ("\\ne", "!="), ("\\,", "*"), ("=", "=="), ("\\", "")):
                if text.startswith(seen, i):
                    result += written
                    i += len(seen)
                    break
            else:
                result += text[i]
                i += 1
    return result.replace("tau _", "tau_")


def from_mathml(element):
    """The formula in Python's grammar that the presentation MathML of carve spells."""
    parts = [from_mathml(each) for each in element]
    if element.tag == "mi":
        return {"\u03C4": "tau"}.get(element.text, element.text)
    if element.tag == "mn":
        return element.text
    if element.tag == "mo":
        return {"\u2212": "-", "\u2062": "*", "\u2061": "", "\u2264": "<=", "\u2265": ">=", "\u2260": "!=", "=": "==",
                "\u00D7": "*"}.get(element.text, element.text)
    if element.tag == "mfrac":
        return "(({})/({}))".format(*parts)
    if element.tag == "msqrt":
        return "sqrt({})".format("".join(parts))
    if element.tag == "msup":
        return "{}**({})".format(*parts)
    if element.tag == "msub":
        return parts[0] + ("" if parts[1].isdigit() else "_") + parts[1]
    assert element.tag == "mrow", element.tag
    joined = "".join(parts)
    if parts and parts[0] == "|":
        return "abs({})".format("".join(parts[1:-1]))
    scientific = re.fullmatch(r"([0-9.]+)\*10\*\*\((-?\d+)\)", joined)
    return f"{scientific[1]}e{scientific[2]}" if scientific else joined


def symbolic(text):
    def power(a, b, _):
        return a ** b
    return evaluate(text, lambda value: sympy.Rational(str(value)), sympy.Symbol, power, None, {})


def check_formula(text, latex, mathml, value, value_float, point):
    """Returns whether the notations could be compared and whether the value could be held against an interval."""
    reference = plain(text, point)
    for notation, read in (("LaTeX", from_latex(latex)), ("MathML", from_mathml(xml.fromstring(mathml)))):
        other = plain(read, point)
        assert other == reference, f"{notation} means something else\n{text}\n{read}\n{reference} {other}"
    proven = False
    for number, bits in ((value, 48), (value_float, 20)):
        try:
            bounds = interval(text, point, bits)
        except Undefined:
            continue
        number = float(number)
        if not math.isfinite(number) or bounds.b > 1e37 or bounds.a < -1e37:
            continue
        tiny = 1e-300 if bits == 48 else 1e-36  # flushed to 0
        assert bounds.a - tiny <= number <= bounds.b + tiny, f"{text}\n{number} is not in {bounds}"
        proven = True
    return reference is not None, proven


def check_polynomial(text, normal_form):
    x, y, w = sympy.symbols("x y w")
    wanted = sympy.Poly(sympy.expand(symbolic(text)), x, y, w, domain=sympy.ZZ.frac_field(*sympy.symbols("A B")))
    terms = symbolic(normal_form)
    found = sympy.Poly(terms, x, y, w, domain=wanted.domain)
    assert wanted == found, f"{text}\n{normal_form}\n{wanted}"
    for term in sympy.Add.make_args(terms):  # nothing is left to expand
        assert len(sympy.Poly(term, x, y, w, domain=wanted.domain).terms()) <= 1, f"{text}\n{term}"


def piecewise(kind, a, b):
    relation = {ast.Lt: sympy.Lt, ast.LtE: sympy.Le, ast.Gt: sympy.Gt, ast.GtE: sympy.Ge, ast.Eq: sympy.Eq,
                ast.NotEq: sympy.Ne}[kind](a, b)
    return sympy.Piecewise((1, relation), (0, True))


def smaller(a, b):
    return sympy.Piecewise((a, a < b), (b, True))


def check_derivative(text, name, derivative, point):
    """Both at 40 digits; returns whether they could be compared: not where powers are complex or infinite."""
    symbols = {each: sympy.Symbol(each, real=True) for each in point}

    def precise(formula):
        def log(a):
            if not a > 0:
                raise ValueError("complex or infinite")
            return mp.log(a)

        def tame(function):
            def call(a):
                if not abs(a) < 80:
                    raise ValueError("too large")
                return function(a)
            return call
        return evaluate(formula, mp.mpf, lambda n: mp.mpf(point[n]),
                        lambda a, b, node: a ** b if whole(node) is not None else tame(mp.exp)(b * log(a)),
                        lambda kind, a, b: mp.mpf(COMPARE[kind](a, b)),
                        {"exp": tame(mp.exp), "log": log, "tanh": tame(mp.tanh), "sqrt": mp.sqrt, "abs": abs, "min": min,
                         "max": max})

    mp.dps = 40
    try:
        precise(text)
        found = precise(derivative)
        wanted = sympy.diff(
            evaluate(text, sympy.Float, symbols.get, lambda a, b, _: a ** b, piecewise, {
                "exp": sympy.exp, "log": sympy.log, "tanh": sympy.tanh, "sqrt": sympy.sqrt, "abs": sympy.Abs,
                "min": smaller, "max": lambda a, b: -smaller(-a, -b)}), symbols[name])
        wanted = wanted.subs({symbols[each]: sympy.Float(value, 40) for each, value in point.items()}).evalf(40)
    except (ArithmeticError, ValueError, TypeError):
        return False
    if not wanted.is_real or not wanted.is_finite or not mp.isfinite(found) or isinstance(found, mp.mpc):
        return False
    wanted = mp.mpf(str(wanted))
    # Numbers of the formula are folded in double.
    assert abs(found - wanted) <= 1e-9 * max(1, abs(wanted)), f"d/d{name} {text}\n{derivative}\n{found} {wanted}"
    return wanted != 0


def main():
    lines = subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout.splitlines()
    point = {name: float(value) for name, value in (each.split("=") for each in lines[0].split("\t")[1:])}
    formulas = compared = proven = polynomials = derivatives = 0
    for kind, *fields in (line.split("\t") for line in lines[1:]):
        if kind == "formula":
            formulas += 1
            results = check_formula(*fields, point)
            compared += results[0]
            proven += results[1]
        elif kind == "polynomial":
            polynomials += 1
            check_polynomial(*fields)
        else:
            derivatives += check_derivative(*fields, point)
    print(f"{formulas} formulas, {compared} compared in three notations, {proven} values held against intervals, "
          f"{polynomials} normal forms, {derivatives} derivatives that are not 0")
    assert formulas >= 200 and compared >= 150 and proven >= 150 and polynomials >= 100 and derivatives >= 60


if __name__ == "__main__":
    main()
