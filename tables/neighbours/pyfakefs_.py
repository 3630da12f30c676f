from world import walk


def test_in_a_fake_file_system(mockenv, fs):
    walk(mockenv)


def test_a_named_fixture_is_read_in_a_fake_file_system(fs, mockenv_server):
    with mockenv_server.sandbox(fixture="empty") as sandbox, mockenv_server.sandbox(scenario="flaky-503"):
        walk(sandbox)
