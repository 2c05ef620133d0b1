"""The command that codes shards of reports, here or on many machines."""

from __future__ import annotations

import click

from detente.cli.batches import How
from detente.cli.options import reading_options
from detente.cli.streams import count, explain_interrupt, progress_line


@click.command(short_help="Code large tables in shards, on one machine or many.")
@click.argument("inputs", nargs=-1, required=True)
@click.option("-o", "--output", required=True, metavar="FOLDER", help="Folder or address for the shards.")
@click.option(
    "--shard-size", type=click.IntRange(min=1), default=1000, show_default=True,
    help="Reports in a shard, about.",
)  # fmt: skip
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler whose workers do the work.")
@reading_options
def cluster(inputs: tuple[str, ...], output: str, shard_size: int, scheduler: str | None, how: How) -> None:
    """Code the reports in INPUTS into shards of mentions: Parquet files under FOLDER.

    INPUTS are Parquet or JSON-lines files, or folders of them; they and FOLDER may be addresses that fsspec
    knows, such as s3://bucket/news. A shard is written whole or not at all, and what is written is not done
    again, so the same command goes on after a stop. 'detente add --shards FOLDER' puts shards into a store.

    \b
    Example:
      detente cluster news/ -o shards/
      detente cluster s3://bucket/news -o s3://bucket/shards --scheduler tcp://10.0.0.5:8786
    """
    from detente.cluster import Progress, Settings, code_shards

    settings = Settings(output, how.published, how.day_first, how.time_limit)
    progress = Progress(0, 0)
    with (
        explain_interrupt(lambda: f"the shards written are safe in {output}", "Run the same command again"),
        progress_line(hidden=False) as show,
    ):
        for progress in code_shards(inputs, settings, shard_size, how.workers, scheduler):
            show(f"{progress.before + progress.done} of {count(progress.shards, 'shard')}")
    coded = count(progress.reports, "report"), count(progress.mentions, "mention")
    done = f"{count(progress.done, 'shard')} coded, {progress.before} there before"
    click.echo(f"{done}: {', '.join(coded)}, {progress.aside} set aside", err=True)
    if progress.aside:
        click.get_current_context().exit(1)
