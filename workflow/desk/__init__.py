"""The desk: where a decided command becomes signed, chained, sealed and stored; holds no rule."""
