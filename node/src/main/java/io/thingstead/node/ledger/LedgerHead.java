package io.thingstead.node.ledger;

import io.thingstead.kit.model.LedgerId;

/// Where the ledger stands: its last certified block. Events below `eventsSize` are in it.
public record LedgerHead(
        LedgerId ledger, long era, long height, long blockTime, byte[] headerHash, byte[] appHash, long eventsSize) {}
