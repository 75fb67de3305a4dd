"""The workbench's own settings, in a folder of the tests' own."""

import os
import tempfile

os.environ.setdefault("TAKEROOT_HOME", tempfile.mkdtemp(prefix="takeroot-tests-"))
os.environ.setdefault("TAKEROOT_SECRET", "only for tests, which keep nothing")
os.environ["TAKEROOT_DEMO"] = "0"

from takeroot.web.settings import *  # noqa: F403
from takeroot.web.settings import ALLOWED_HOSTS

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; what serves people is tested by name
ALLOWED_HOSTS += ["testserver"]
