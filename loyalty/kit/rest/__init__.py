"""How the REST API reads and answers: strict JSON, shapes, problems, pages, rate limits. Knows no resource."""

from loyalty.kit.rest.answers import Answer, json_bytes, json_response
from loyalty.kit.rest.filtering import RowFilters
from loyalty.kit.rest.paging import Key, Page, PageQuery, page_of, page_of_list
from loyalty.kit.rest.parsing import MOST_BATCH_BYTES, MOST_BYTES, StrictJSONParser
from loyalty.kit.rest.problems import problem_response
from loyalty.kit.rest.schema import described, parameters_of
from loyalty.kit.rest.shapes import InvalidInput, Shape, read, read_query

__all__ = [
    "MOST_BATCH_BYTES",
    "MOST_BYTES",
    "Answer",
    "InvalidInput",
    "Key",
    "Page",
    "PageQuery",
    "RowFilters",
    "Shape",
    "StrictJSONParser",
    "described",
    "json_bytes",
    "json_response",
    "page_of",
    "page_of_list",
    "parameters_of",
    "problem_response",
    "read",
    "read_query",
]
