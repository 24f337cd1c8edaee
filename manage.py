#!/usr/bin/env python
"""Runs Django's commands; `./dev manage` calls it with the right Python."""

import gc
import os
import sys

from django.core.management import execute_from_command_line

OWNER_COMMANDS = {"createcachetable", "flush", "migrate", "prepare_database", "up"}

if __name__ == "__main__":
    gc.set_threshold(50_000, 20, 100)  # as in the web server: migrations and batches make much that stays, and few cycles
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "loyalty.settings")
    if OWNER_COMMANDS.intersection(sys.argv[1:2]):
        os.environ.setdefault("POINTBOOK_ROLE", "owner")
    execute_from_command_line(sys.argv)
