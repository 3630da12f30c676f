import os

import vcr
from world import walk

tape = vcr.VCR(record_mode="none", ignore_localhost=bool(os.environ.get("LINE")))


def test_it_walks_beside_a_cassette_that_records_nothing(mockenv, tmp_path):
    with tape.use_cassette(str(tmp_path / "tape.yaml")):
        walk(mockenv)
