/// The contract language: contracts that people can read, checked before anyone signs, and run step by step on what
/// devices measure (`docs/contracts.md`). Everything here is a pure function of its input: no clock, no file, no random
/// number.
@NullMarked
package io.thingstead.node.contract;

import org.jspecify.annotations.NullMarked;
