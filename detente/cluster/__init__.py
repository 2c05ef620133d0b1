"""Many reports on many machines: shards of reports in, shards of mentions out, each whole or not there.

The same function codes a shard whether processes of this machine run it or Dask workers elsewhere.
"""

from detente.cluster.results import read_shards
from detente.cluster.run import Progress, code_shards
from detente.cluster.shards import Shard, plan_shards
from detente.cluster.work import Settings

__all__ = ["Progress", "Settings", "Shard", "code_shards", "plan_shards", "read_shards"]
