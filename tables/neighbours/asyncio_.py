import asyncio

import pytest
from world import walk


@pytest.mark.asyncio
async def test_in_the_test_s_own_loop(mockenv):
    await asyncio.to_thread(walk, mockenv)


@pytest.mark.asyncio
async def test_that_blocks_its_loop(mockenv):
    walk(mockenv)
