"""veraPDF in a process of its own: a Java machine inside pytest's would fight over signals.

Reads one path a line on standard input, answers each with one line of JSON: the list of violations of PDF/UA-1, or
`{"fault": …}` when the file cannot be read as a PDF. Its arguments are the class path and the Java home.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import jpype
import jpype.imports


def violations(path: Path) -> list[str]:
    """What in this file breaks PDF/UA-1, as `clause-test: message`, each once, in the order found."""
    from java.io import File
    from org.verapdf.pdfa import Foundries
    from org.verapdf.pdfa.flavours import PDFAFlavour

    flavour = PDFAFlavour.PDFUA_1
    foundry = Foundries.defaultInstance()
    parser = foundry.createParser(File(str(path)), flavour)
    try:
        result = foundry.createValidator(flavour, False).validate(parser)
        found = [] if result.isCompliant() else [_words(each) for each in result.getTestAssertions()]
        return list(dict.fromkeys(found))
    finally:
        parser.close()


def _words(assertion: object) -> str:
    rule = assertion.getRuleId()
    return f"{rule.getClause()}-{rule.getTestNumber()}: {assertion.getMessage()}"


def main(classpath: str, java_home: str) -> None:
    """Answers until standard input closes."""
    jvm = next(Path(java_home).glob("**/server/libjvm.so"))
    jpype.startJVM(str(jvm), "-Xmx512m", classpath=[classpath], convertStrings=True)
    from org.verapdf.gf.foundry import VeraGreenfieldFoundryProvider

    VeraGreenfieldFoundryProvider.initialise()
    for line in sys.stdin:
        try:
            answer: object = violations(Path(line.rstrip("\n")))
        except jpype.JException as fault:
            answer = {"fault": str(fault)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
