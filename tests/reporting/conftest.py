"""Who looks at the books."""

import pytest

from accounts.staff.roles import Role
from tests.colleagues import colleague


@pytest.fixture
def auditor(client):
    client.force_login(colleague(Role.AUDITOR))
    return client
