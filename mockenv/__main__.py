"""`python -m mockenv`: the command line; knows nothing else."""

from mockenv.cli import main

if __name__ == "__main__":
    main(prog_name="mockenv")
