import os

from world import walk

from mockenv.bootstrap import fixtures_folder


def test_in_a_fake_file_system(mockenv, fs):
    walk(mockenv)


def test_a_named_fixture_is_read_in_a_fake_file_system(fs, mockenv_server):
    if os.environ.get("LINE"):
        fs.add_real_directory(fixtures_folder())
    with mockenv_server.sandbox(fixture="empty") as sandbox, mockenv_server.sandbox(scenario="flaky-503"):
        walk(sandbox)
