"""What a user of saltwell's generated client does: makes a database, waits for it, changes and deletes it (argument: the address)."""

from __future__ import annotations

import sys

from saltwell import AuthenticatedClient  # type: ignore[import-not-found]  # made of the document while the tests run
from saltwell.api.default import (  # type: ignore[import-not-found]  # as above
    create_branch,
    create_database,
    delete_database,
    get_database,
    get_operation,
    list_branches,
    list_databases,
    update_database,
)
from saltwell.models import (  # type: ignore[import-not-found]  # as above
    CreateBranchBody,
    CreateDatabaseBody,
    DatabaseChanges,
    NewBranch,
    NewDatabase,
    UpdateDatabaseBody,
)

POLLS = 20
client = AuthenticatedClient(sys.argv[1], "whoever")

made = create_database.sync(client=client, body=CreateDatabaseBody(NewDatabase(name="orders")))
id, operation = made.database.id, made.operations[0].id
for _ in range(POLLS):
    if get_database.sync(id, client=client).database.status.value == "ready":
        break
assert get_database.sync(id, client=client).database.status.value == "ready"
assert get_operation.sync(id, operation, client=client).operation.status.value == "finished"
assert id in [one.id for one in list_databases.sync(client=client).databases]

update_database.sync(id, client=client, body=UpdateDatabaseBody(DatabaseChanges(name="sales")))
assert get_database.sync(id, client=client).database.name == "sales"

branch = create_branch.sync(id, client=client, body=CreateBranchBody(NewBranch(name="preview"))).branch
assert {made.branch.id, branch.id} <= {one.id for one in list_branches.sync(id, client=client).branches}

again = create_database.sync_detailed(client=client, body=CreateDatabaseBody(NewDatabase(name="sales")))
assert (again.status_code, type(again.parsed).__name__) == (409, "Error")

delete_database.sync(id, client=client)
for _ in range(POLLS):
    if get_database.sync_detailed(id, client=client).status_code == 404:
        break
assert get_database.sync_detailed(id, client=client).status_code == 404
