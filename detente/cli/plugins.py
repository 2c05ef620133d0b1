"""The command that lists plugins."""

from __future__ import annotations

import click

from detente.cli.streams import count, tell
from detente.errors import PluginError
from detente.export import print_safe
from detente.plugins import scan_plugins


@click.command(short_help="List the plugins that are installed.")
def plugins() -> None:
    """List the plugins that are installed, and what each adds.

    They may add readers, coders, ontologies, languages and exporters;
    docs/extend.md says how to write one. A faulty plugin is named on stderr.

    \b
    Example:
      detente plugins
    """
    faulty = 0
    for plugin in (found := scan_plugins()):
        if isinstance(plugin, PluginError):
            faulty += 1
            tell(plugin)
            continue
        click.echo(print_safe(f"{plugin.name} ({plugin.package})"))
        for kind, parts in plugin.parts.items():
            click.echo(print_safe(f"  {kind:10}  {', '.join(parts)}"))
    click.echo(f"{count(len(found), 'plugin')}, {faulty} faulty", err=True)
    if faulty:
        click.get_current_context().exit(1)
