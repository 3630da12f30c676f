from gevent import monkey

monkey.patch_all()

from world import walk  # noqa: E402  # patched before anything else, as gevent wants it


def test_with_everything_patched(mockenv):
    walk(mockenv)
