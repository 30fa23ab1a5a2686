"""What a function carries to the cloud is small: its own slice, nothing else."""

import io
import zipfile
from pathlib import Path

import pytest

from cdk.local.assembly import Assembly, synthesise
from cdk.settings import stage_settings
from cdk.slices import pages

LARGEST_ZIP = 200_000

FILES = {page.name: page.files for page in pages(stage_settings("local"))}


def function_folders() -> dict[str, Path]:
    assembly = Assembly(synthesise("local"))
    folders: dict[str, Path] = {}
    for stack in assembly.stacks():
        for resource in stack.template["Resources"].values():
            if resource["Type"] == "AWS::Lambda::Function":
                properties = resource["Properties"]
                folders[properties["Handler"].split(".")[1]] = assembly.asset(properties["Code"]["S3Key"])
    return folders


@pytest.fixture(scope="module")
def folders() -> dict[str, Path]:
    return function_folders()


def test_the_zip_of_each_slice_is_small_and_holds_that_slice_alone(folders: dict[str, Path]) -> None:
    sizes = {}
    for name, folder in folders.items():
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file() and "__pycache__" not in path.parts:
                    archive.write(path, path.relative_to(folder))
                    assert path.relative_to(folder).parts[:2] in {
                        ("functions", "__init__.py"),
                        ("functions", name),
                        *(Path(file).parts[:2] for file in FILES[name]),
                    }
        sizes[name] = buffer.tell()

    print(f"\nzip sizes in bytes: {sizes}")
    assert len(sizes) >= 10
    assert max(sizes.values()) <= LARGEST_ZIP
