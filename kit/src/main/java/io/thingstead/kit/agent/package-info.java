/// A program that buys and sells by itself: a wallet key, limits that it keeps before it signs, offers found and taken,
/// and requests paid one by one (HTTP 402).
@NullMarked
package io.thingstead.kit.agent;

import org.jspecify.annotations.NullMarked;
