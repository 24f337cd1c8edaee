"""The product's settings with one more address, a bare JSON view to compare with, and no limit on requests."""

from loyalty.settings import *  # noqa: F403  # a few values differ, the rest is the product

ROOT_URLCONF = "loyalty.shell.bench.urls"
API_REQUESTS_PER_MINUTE = 10**9
