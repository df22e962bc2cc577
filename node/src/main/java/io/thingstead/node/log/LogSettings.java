package io.thingstead.node.log;

import io.thingstead.kit.crypto.Signer;
import io.thingstead.kit.model.LedgerId;
import io.thingstead.kit.model.LogId;

/// What a log is and who signs for it.
///
/// @param origin the log's name in its checkpoints (docs/formats.md §3)
/// @param signer the member's log key, Ed25519
public record LogSettings(LogId id, LedgerId ledger, String origin, Signer signer) {}
