"""Job -> Record: runs what students wrote, and hands back data only."""
